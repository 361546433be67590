using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Cli.Parsing;
using Mptcp.ControlPlane.Cli.Tests.Support;
using Mptcp.ControlPlane.Testing;

namespace Mptcp.ControlPlane.Cli.Tests.Commands;

/// <summary>The audit trail.</summary>
public sealed class AuditTests
{
    static readonly Timestamp Then = Timestamp.FromDateTime(new DateTime(2030, 1, 1, 0, 0, 30, DateTimeKind.Utc));

    static readonly PolicyAuthor Alice = new() { Process = new PolicyAuthorProcess { Uid = 1000, Pid = 42, Command = "mptcpctl" } };

    static readonly AuditEntry Flush = new()
    {
        Sequence = 12,
        Time = Then,
        Kind = AuditKind.Call,
        Caller = Alice,
        Method = "/mptcp.control.v1.EndpointService/DeleteEndpoint",
        Role = "operator",
        Allowed = true,
        Status = "OK",
        RequestId = "r-1",
        Namespace = "blue",
        EndpointId = 9,
    };

    static readonly AuditEntry Denied = new()
    {
        Sequence = 11,
        Time = Then,
        Kind = AuditKind.Call,
        Caller = new PolicyAuthor { Peer = "127.0.0.1:5000" },
        Method = "/mptcp.control.v1.PolicyService/ApplyPolicies",
        Status = "PERMISSION_DENIED",
        Reason = "ACCESS_DENIED",
        RequestId = "r-2",
        ValidateOnly = true,
    };

    static readonly AuditEntry Command = new()
    {
        Sequence = 10,
        Time = Then,
        Kind = AuditKind.Command,
        Caller = Alice,
        Method = "/mptcp.control.v1.SessionService/Control",
        Role = "controller",
        Allowed = true,
        Status = "NOT_FOUND",
        Reason = "CONNECTION_NOT_FOUND",
        RequestId = "r-3",
        Namespace = "blue",
        Token = 0x1a2b,
        SessionId = 7,
        SessionRole = "te",
    };

    static readonly AuditEntry Lost = new() { Sequence = 9, Time = Then, Kind = AuditKind.Lost, Lost = 3, Message = "3 entries could not be written" };

    [Fact]
    public async Task Entries_are_shown_in_a_table()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Answer<ListAuditEntriesRequest, ListAuditEntriesResponse>(_ => new() { Entries = { Flush, Denied, Command, Lost } });

        var rows = (await Mptcpctl.RunAsync(daemon, "audit")).Succeeded().Out.Split('\n').Select(Squeeze).ToList();
        Assert.Equal("TIME CALLER ROLE WHAT ABOUT OUTCOME REQUEST-ID", rows[0]);
        Assert.Equal("2030-01-01T00:00:30Z uid=1000 mptcpctl[42] operator EndpointService/DeleteEndpoint blue endpoint=9 OK r-1", rows[1]);
        Assert.Equal("2030-01-01T00:00:30Z 127.0.0.1:5000 - PolicyService/ApplyPolicies (only to check) - PERMISSION_DENIED (ACCESS_DENIED) r-2", rows[2]);
        Assert.Equal(
            "2030-01-01T00:00:30Z uid=1000 mptcpctl[42] controller command role=te session=7 blue 0x00001a2b NOT_FOUND (CONNECTION_NOT_FOUND) r-3", rows[3]);
        Assert.Equal("2030-01-01T00:00:30Z - - lost - 3 entries could not be written -", rows[4]);
    }

    [Fact]
    public async Task What_is_asked_for_is_what_the_options_say()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Answer<ListAuditEntriesRequest, ListAuditEntriesResponse>(_ => new());

        (await Mptcpctl.RunAsync(
            daemon,
            "audit --caller user:* --method ApplyPolicies --denied --token 0x1a2b --since 2030-01-01T00:00:30Z --until 2030-01-01T02:00:30+02:00 --limit 7 --namespace blue"))
            .Succeeded();

        Assert.Equal(
            new ListAuditEntriesRequest
            {
                Caller = "user:*",
                Method = "ApplyPolicies",
                Allowed = false,
                Token = 0x1a2b,
                Since = Then,
                Until = Then,
                PageSize = 7,
                Namespace = "blue",
            },
            Assert.Single(daemon.Requests));
    }

    [Fact]
    public async Task Pages_are_read_until_there_are_enough_though_some_are_empty()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Answer<ListAuditEntriesRequest, ListAuditEntriesResponse>(request => request.PageToken switch
        {
            "" => new() { Entries = { Flush }, NextPageToken = "a" },
            "a" => new() { NextPageToken = "b" },
            _ => new() { Entries = { Denied, Command }, NextPageToken = "c" },
        });

        var run = (await Mptcpctl.RunAsync(daemon, "audit --limit 2 -o json")).Succeeded();

        Assert.Equal(new ListAuditEntriesResponse { Entries = { Flush, Denied } }, JsonParser.Default.Parse<ListAuditEntriesResponse>(run.Out));
        Assert.Equal(["", "a", "b"], daemon.Requests.Cast<ListAuditEntriesRequest>().Select(request => request.PageToken));
    }

    [Theory]
    [InlineData("--since yesterday", "--since: 'yesterday' is not a duration: expected for instance 500ms, 2s or 1m30s")]
    [InlineData(
        "--until 2030-13-01", "--until: '2030-13-01' is neither a duration nor a time: expected for instance 15m, 2h30m or 2026-01-31T12:00:00Z")]
    public async Task What_is_no_moment_is_bad_usage(string options, string expected) =>
        Assert.Contains(expected, (await Mptcpctl.RunAsync("audit " + options)).EndedWith(ExitCode.BadUsage).ErrorLine, StringComparison.Ordinal);

    [Fact]
    public void A_duration_is_so_long_ago() =>
        Assert.Equal(Then, MomentText.Parse("1m30s", new DateTimeOffset(2030, 1, 1, 0, 2, 0, TimeSpan.Zero)));

    static string Squeeze(string row) => string.Join(' ', row.Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
