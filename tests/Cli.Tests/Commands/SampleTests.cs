using System.Text.Json;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Cli.Tests.Support;
using Mptcp.ControlPlane.Testing;

namespace Mptcp.ControlPlane.Cli.Tests.Commands;

public sealed class SampleTests
{
    static readonly Timestamp Noon = Timestamp.FromDateTime(new DateTime(2026, 1, 2, 12, 0, 0, 7, DateTimeKind.Utc));

    static readonly SampleResponse First = new()
    {
        Time = Noon,
        Connections =
        {
            new SampledConnection { Token = 0x1f, Id = 7, Subflows = { Subflow("198.18.0.1", 0), Subflow("2001:db8::1", 1) } },
            new SampledConnection { Token = 0x20, Id = 8 },
        },
    };

    static readonly SampleResponse Second = new()
    {
        Time = Noon,
        Elapsed = new Duration { Seconds = 1 },
        Coalesced = 2,
        Connections =
        {
            new SampledConnection
            {
                Token = 0x1f,
                Id = 7,
                Subflows = { Busy() },
                EndedSubflows =
                {
                    new EndedSubflow
                    {
                        Local = new SocketAddress { Address = "2001:db8::1", Port = 40000 },
                        Remote = new SocketAddress { Address = "198.18.0.2", Port = 80 },
                    },
                },
            },
        },
        EndedConnections = { new EndedConnection { Token = 0x20, Id = 8 } },
    };

    [Fact]
    public async Task People_get_a_line_per_subflow_under_a_heading()
    {
        await using var daemon = await StartAsync(
            First, Second, new SampleResponse { Coalesced = 1, Continued = true }, new SampleResponse { Coalesced = 1 });

        var run = (await Mptcpctl.RunAsync(daemon, "sample")).Succeeded();

        Assert.Equal(
            """
            TIME                      TOKEN       LOCAL                 REMOTE                IDS         SEND      RECEIVE  RETRANS       RTT  CWND
            2026-01-02T12:00:00.007Z  0x0000001f  198.18.0.1:40000      198.18.0.2:80         0/3            -            -        -   12.25ms    10
            2026-01-02T12:00:00.007Z  0x0000001f  [2001:db8::1]:40000   198.18.0.2:80         1/3            -            -        -   12.25ms    10
            2026-01-02T12:00:00.007Z  0x00000020  -                     -                     -              -            -        -         -     -
            -- 2 samples were left out
            2026-01-02T12:00:00.007Z  0x0000001f  198.18.0.1:40000      198.18.0.2:80         0/3  10.0 Mbit/s      0 bit/s        4   12.25ms    10
            -- the subflow [2001:db8::1]:40000 -> 198.18.0.2:80 of 0x0000001f is over
            -- the connection 0x00000020 is over
            -- 1 sample was left out

            """,
            run.Out);
        Assert.Equal(new SampleRequest { Filter = new() { All = new() } }, daemon.Received<SampleRequest>());
    }

    [Fact]
    public async Task Programs_get_a_line_per_sample()
    {
        await using var daemon = await StartAsync(First, Second);

        var run = (await Mptcpctl.RunAsync(daemon, "sample 0x1f -o json")).Succeeded();

        Assert.Equal(
            [First, Second],
            run.Lines.Select(line => SampleResponse.Parser.ParseJson(
                JsonDocument.Parse(line).RootElement.GetProperty("sample").GetRawText())));
    }

    [Fact]
    public async Task Every_option_reaches_the_daemon()
    {
        await using var daemon = await StartAsync();
        (await Mptcpctl.RunAsync(daemon, "sample 31 --connection-id 7 --namespace blue --interval 100ms --count 3")).Succeeded();
        Assert.Equal(
            new SampleRequest
            {
                Namespace = "blue",
                Token = 31,
                ConnectionId = 7,
                Interval = new Duration { Nanos = 100_000_000 },
                Count = 3,
            },
            daemon.Received<SampleRequest>());
    }

    [Fact]
    public async Task A_filter_takes_the_place_of_a_token()
    {
        await using var daemon = await StartAsync();
        (await Mptcpctl.RunAsync(daemon, "sample --remote :443 --protocol mptcp")).Succeeded();
        Assert.Equal(
            new SampleRequest
            {
                Filter = new() { RemotePort = new() { First = 443, Last = 443 } },
                FilterProtocol = SocketProtocol.Mptcp,
            },
            daemon.Received<SampleRequest>());
    }

    [Fact(Timeout = 30_000)]
    public async Task What_came_is_seen_before_the_next_comes_and_an_interruption_is_no_error()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        using var interruption = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        await using var output = new FlushedStream();
        daemon.Stream<SampleRequest, SampleResponse>(async (_, responses, context) =>
        {
            await responses.WriteAsync(First);
            await output.SeenAsync("0x00000020").WaitAsync(context.CancellationToken);
            await interruption.CancelAsync();
            await Task.Delay(Timeout.Infinite, context.CancellationToken);
        });

        var run = await Mptcpctl.RunAsync(
            ["sample"], new() { [GlobalOptions.AddressVariable] = daemon.Address }, output, interruption.Token);

        Assert.Equal(4, run.Succeeded().Lines.Length);
    }

    [Fact]
    public async Task A_connection_that_is_not_there_is_told_with_what_to_do()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Stream<SampleRequest, SampleResponse>((_, _, _) => throw Refusal.Of(
            StatusCode.NotFound, "the namespace blue has no connection with the token 0x0000001f", "CONNECTION_NOT_FOUND"));

        Assert.Equal(
            "the namespace blue has no connection with the token 0x0000001f; it may have closed: 'mptcpctl connection list' shows those that live",
            (await Mptcpctl.RunAsync(daemon, "sample 31")).EndedWith(ExitCode.Refused).ErrorLine);
    }

    [Theory]
    [InlineData("--connection-id 5", "--connection-id needs a TOKEN")]
    [InlineData("31 --local :80 --protocol tcp", "a TOKEN selects one connection, without --local, --protocol")]
    [InlineData("31 --interval 0s --count 0", "--interval: '0s' is no time at all: expected more than zero; "
        + "--count: '0' is not a number from 1 to 18446744073709551615")]
    public async Task What_is_wrong_with_the_options_is_told(string options, string expected) => Assert.Equal(
        expected + "; see 'mptcpctl sample --help'",
        (await Mptcpctl.RunAsync("sample " + options)).EndedWith(ExitCode.BadUsage).ErrorLine);

    static async Task<FakeDaemon> StartAsync(params SampleResponse[] samples)
    {
        var daemon = await FakeDaemon.StartAsync();
        daemon.Stream<SampleRequest, SampleResponse>(samples);
        return daemon;
    }

    static SampledSubflow Busy()
    {
        var subflow = Subflow("198.18.0.1", 0);
        subflow.Delta = new TrafficDelta { BytesSent = 1_250_000, BytesReceived = 0, Retransmissions = 4 };
        subflow.Rates = new TrafficRates { BytesSent = 1_250_000, BytesReceived = 0 };
        return subflow;
    }

    static SampledSubflow Subflow(string local, uint localId) => new()
    {
        Local = new SocketAddress { Address = local, Port = 40000 },
        Remote = new SocketAddress { Address = "198.18.0.2", Port = 80 },
        Subflow = new SubflowInfo { LocalId = localId, RemoteId = 3 },
        Info = new TcpInfo { CongestionWindow = 10, RoundTripTime = new Duration { Nanos = 12_250_000 } },
    };
}
