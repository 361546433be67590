using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Cli.Tests.Support;
using Mptcp.ControlPlane.Testing;

namespace Mptcp.ControlPlane.Cli.Tests.Processes;

/// <summary>What only a process of its own can show.</summary>
public sealed class ProcessTests
{
    static readonly WatchResponse Sync = new() { Sync = new Sync { Sequence = 1, ResumeToken = "r1" } };

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public async Task A_signal_ends_a_watch_without_an_error(string signal)
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Watch(async (_, responses, context) =>
        {
            await responses.WriteAsync(Sync);
            await Task.Delay(Timeout.Infinite, context.CancellationToken);
        });

        // Job control keeps bash from making the background job deaf to SIGINT, and env(1) undoes it where the tests themselves are one.
        const string Script = """
            set -m
            exec 3< <(exec env --default-signal=INT mptcpctl --address "$1" watch)
            pid=$!
            read -r line <&3
            kill -"$2" "$pid"
            wait "$pid"
            echo "$? $line"
            """;
        var (output, error, _) = await Shell.RunAsync(Script, daemon.Address, signal);

        Assert.Equal(("0 -- up to date at sequence 1; resume from here with --resume r1\n", ""), (output, error));
    }

    [Fact]
    public async Task A_watch_ends_when_its_reader_has_gone()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Watch(async (_, responses, context) =>
        {
            while (!context.CancellationToken.IsCancellationRequested)
                await responses.WriteAsync(Sync, context.CancellationToken);
        });

        var run = await Shell.RunAsync("""mptcpctl --address "$1" watch | head -n 1; echo "${PIPESTATUS[*]}" """, daemon.Address);

        Assert.Equal(("-- up to date at sequence 1; resume from here with --resume r1\n0 0\n", "", 0), run);
    }

    [Fact]
    public async Task A_result_that_cannot_be_written_is_an_error()
    {
        var run = await Shell.RunAsync("mptcpctl --version >/dev/full");

        Assert.Equal(("", 1), (run.Out, run.ExitCode));
        Assert.StartsWith("mptcpctl: the result could not be written: ", run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task Output_and_errors_may_go_to_the_same_file()
    {
        const string Script = """
            file=$(mktemp)
            (mptcpctl --version; mptcpctl nod; mptcpctl --version) >"$file" 2>&1
            cut -c 1-15 "$file"
            rm "$file"
            """;

        Assert.Equal("0.1.0\nmptcpctl: 'nod'\n0.1.0\n", (await Shell.RunAsync(Script)).Out);
    }

    [Fact]
    public async Task The_environment_says_where_the_daemon_is()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Answer((GetLimitsRequest _) => new GetLimitsResponse { Limits = new Limits { Subflows = 2 } });

        var run = await Shell.RunAsync("""MPTCPCTL_ADDRESS=$1 mptcpctl limits show""", daemon.Address);

        Assert.Equal(("LIMIT              VALUE\nsubflows           2\nadd-addr-accepted  0\n", "", 0), run);
    }

    // Reflection is what a native build may lack: over every kind of field, and in both directions.
    [Fact]
    public async Task Json_and_the_default_namespace_need_nothing_that_a_native_build_lacks()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        var response = new ListConnectionsResponse
        {
            Connections =
            {
                new Connection
                {
                    Token = 31,
                    Id = ulong.MaxValue,
                    State = ConnectionState.Established,
                    Local = new SocketAddress { Address = "198.18.0.1", Port = 80 },
                    Subflows = { new Subflow { ResetReason = 0, InterfaceIndex = -1 } },
                    LocalAddresses = { new AnnouncedAddress { Id = 3 } },
                    CreateTime = new Timestamp { Seconds = 1 },
                },
            },
        };
        daemon.Answer((ListConnectionsRequest _) => response);
        daemon.Watch((request, responses, _) =>
        {
            var item = new Event { Namespace = request.Allow[0].Namespaces[0] };
            return responses.WriteAsync(new WatchResponse { Events = new EventBatch { Events = { item } } });
        });

        var list = await Shell.RunAsync("""mptcpctl --address "$1" --namespace blue -o json subflow list""", daemon.Address);
        var watch = await Shell.RunAsync("""mptcpctl --address "$1" --namespace blue -o json watch""", daemon.Address);

        Assert.Equal(("", 0), (list.Error, list.ExitCode));
        Assert.Equal(response, ListConnectionsResponse.Parser.ParseJson(list.Out));
        Assert.Equal("blue", Assert.IsType<ListConnectionsRequest>(daemon.Requests[0]).Namespace);
        Assert.Equal(("", 0), (watch.Error, watch.ExitCode));
        Assert.Contains("\"namespace\": \"blue\"", watch.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_exit_code_is_the_process_s()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Refuse<GetLimitsRequest>(Refusal.Of(StatusCode.NotFound, "no namespace 'blue'", "NAMESPACE_UNKNOWN"));

        var refused = await Shell.RunAsync("""mptcpctl --address "$1" limits show""", daemon.Address);
        var wrong = await Shell.RunAsync("mptcpctl limits");
        var unreachable = await Shell.RunAsync("mptcpctl --address unix:/nowhere/x limits show");

        Assert.Equal((1, 2, 3), (refused.ExitCode, wrong.ExitCode, unreachable.ExitCode));
        Assert.Equal("mptcpctl: no namespace 'blue'; 'mptcpctl node show' lists the namespaces there are\n", refused.Error);
    }
}
