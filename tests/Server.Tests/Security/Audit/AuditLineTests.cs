using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Policies.Revisions;
using Mptcp.ControlPlane.Server.Security.Audit;
using Mptcp.ControlPlane.Server.Security.Permissions;
using Mptcp.ControlPlane.Server.Services.Auditing;
using Mptcp.ControlPlane.Server.Services.Errors;
using Mptcp.ControlPlane.Server.Sessions;
using AuditKind = Mptcp.ControlPlane.Server.Security.Audit.AuditKind;
using PolicyAuthor = Mptcp.ControlPlane.Server.Policies.Revisions.PolicyAuthor;

namespace Mptcp.ControlPlane.Server.Tests.Security.Audit;

/// <summary>Entries as lines, and lines as entries.</summary>
public sealed class AuditLineTests
{
    private readonly AuditLine _format = new();

    [Fact]
    public void A_line_says_who_did_what_and_what_came_of_it()
    {
        var record = TrailUnderTest.Entry("") with
        {
            Request = new UpdateLimitsRequest { Namespace = "blue", Limits = new Control.V1.Limits { Subflows = 4 } },
            Before = new Control.V1.Limits { Subflows = 2, AddAddrAccepted = 0 },
            After = new Control.V1.Limits { Subflows = 4, AddAddrAccepted = 0 },
        };
        Assert.Equal(
            """
            { "sequence": 7, "time": "2030-01-01T00:00:30.000000Z", "kind": "call", "caller": { "uid": 0, "pid": 42, "command": "mptcpctl" }, "callerName": "user:0", "transport": "unix", "method": "/mptcp.control.v1.EndpointService/UpdateLimits", "permission": "change_endpoints", "role": "administrator", "requestId": "r-1", "allowed": true, "status": "OK", "namespace": "blue", "request": { "namespace": "blue", "limits": { "subflows": 4 } }, "before": { "subflows": 2, "addAddrAccepted": 0 }, "after": { "subflows": 4, "addAddrAccepted": 0 } }

            """,
            Write(7, record));
    }

    [Fact]
    public void A_line_is_read_as_the_entry_that_it_is()
    {
        var record = TrailUnderTest.Entry("") with
        {
            Source = new AuditSource(
                new PolicyAuthor(PolicyAuthorKind.Peer) { Address = "192.0.2.1:5000", Identity = "spiffe://example.org/a" }, "spiffe://example.org/a",
                "tls", "/mptcp.control.v1.ConnectionService/DestroySubflow", Permission.ControlPaths, Role: null)
            {
                RequestId = "r \"2\"",
                SessionId = 3,
                SessionRole = "edge",
            },
            Failure = SessionRefusals.Describe(new SessionRefusedException(SessionRefusal.OverrideForbidden, "line\nand \u001b[31m \u2028 \"quoted\" Ünï")),
            Request = new DestroySubflowRequest { Namespace = "blue", Token = 0xfedcba98, ConnectionId = ulong.MaxValue },
            Overridden = "edge one (session 4)",
            ValidateOnly = true,
        };
        var text = Write(8, AuditOutcomes.Resolve(record));
        Assert.DoesNotContain('\n', text.TrimEnd('\n'));
        Assert.DoesNotContain('\u001b', text);
        var entry = AuditEntryReader.TryRead(Encoding.UTF8.GetBytes(text))!;
        entry.Time = null;
        Assert.Equal(
            new AuditEntry
            {
                Sequence = 8,
                Kind = Control.V1.AuditKind.Call,
                Caller = new Control.V1.PolicyAuthor { Peer = "192.0.2.1:5000", Identity = "spiffe://example.org/a" },
                CallerName = "spiffe://example.org/a",
                Transport = "tls",
                Method = "/mptcp.control.v1.ConnectionService/DestroySubflow",
                Permission = "control_paths",
                Allowed = false,
                Status = "PERMISSION_DENIED",
                Reason = "OVERRIDE_FORBIDDEN",
                Message = "line\nand \u001b[31m \u2028 \"quoted\" Ünï",
                RequestId = "r \"2\"",
                SessionId = 3,
                SessionRole = "edge",
                Namespace = "blue",
                Token = 0xfedcba98,
                ConnectionId = ulong.MaxValue,
                ValidateOnly = true,
                Overridden = "edge one (session 4)",
                RequestJson = """{ "namespace": "blue", "token": 4275878552, "connectionId": "18446744073709551615" }""",
            },
            entry);
    }

    [Fact]
    public void Every_kind_is_read_as_the_contract_names_it()
    {
        foreach (var kind in Enum.GetValues<AuditKind>())
        {
            var entry = AuditEntryReader.TryRead(Encoding.UTF8.GetBytes(Write(1, TrailUnderTest.Entry("", kind))));
            Assert.Equal(kind.ToString(), entry!.Kind.ToString());
        }
    }

    [Fact]
    public void Of_what_is_long_the_length_and_the_digest_are_told()
    {
        var request = new FlushEndpointsRequest { Namespace = new string('x', AuditLine.LongestPart) };
        var text = Write(1, TrailUnderTest.Entry("") with { Request = request, Document = "policies: []\n" });
        var digest = Convert.ToHexStringLower(SHA256.HashData(request.ToByteArray()));
        Assert.Equal($$"""{ "bytes": {{request.CalculateSize()}}, "sha256": "{{digest}}" }""", TrailUnderTest.Field(Encoding.UTF8.GetBytes(text), "request"));
        Assert.Equal(
            Convert.ToHexStringLower(SHA256.HashData("policies: []\n"u8)), TrailUnderTest.Field(Encoding.UTF8.GetBytes(text), "documentSha256"));
    }

    [Fact]
    public void A_long_message_is_cut_where_a_letter_ends()
    {
        var text = Write(1, TrailUnderTest.Entry(new string('x', 999) + "😀😀"));
        Assert.Equal(new string('x', 999) + "…", TrailUnderTest.Field(Encoding.UTF8.GetBytes(text), "message"));
    }

    [Theory]
    [InlineData("""{ "sequence": 12, "time": 1 }""", 12ul)]
    [InlineData("""{ "sequence": 12""", 0ul)]
    [InlineData("""equence": 12, "time": 1 }""", 0ul)]
    [InlineData("", 0ul)]
    public void The_number_of_a_line_is_found_at_its_beginning(string line, ulong expected)
        => Assert.Equal(expected, AuditLine.TryReadSequence(Encoding.UTF8.GetBytes(line), out var found) ? found : 0);

    [Theory]
    [InlineData("")]
    [InlineData("nothing")]
    [InlineData("[]")]
    [InlineData("""{ "sequence": -1 }""")]
    [InlineData("""{ "sequence": 1, "token": 4294967296 }""")]
    [InlineData("""{ "sequence": 1, "time": "yesterday" }""")]
    [InlineData("""{ "sequence": 1, "caller": 5 }""")]
    [InlineData("""{ "sequence": 1, "request": { "a": """)]
    public void What_is_no_line_is_none(string line) => Assert.Null(AuditEntryReader.TryRead(Encoding.UTF8.GetBytes(line)));

    [Fact]
    public void What_a_request_is_about_is_found_by_the_names_of_its_fields()
    {
        Assert.Equal(9u, AuditTarget.Read(new DeleteEndpointRequest { Id = 9 }).EndpointId);
        Assert.Equal(7u, AuditTarget.Read(new UpdateEndpointRequest { Endpoint = new Endpoint { Id = 7, Address = "::1" } }).EndpointId);
        var command = AuditTarget.Read(new ControlCommand { RequestId = "c-1", Namespace = "blue", Token = 5, ConnectionId = 6, ValidateOnly = true });
        Assert.Equal(("c-1", "blue", 5u, 6ul, true), (command.RequestId, command.Namespace, command.Token, command.ConnectionId, command.ValidateOnly));
        Assert.Equal(0u, AuditTarget.Read(new AnnounceAddressRequest { AddressId = 3 }).EndpointId);
    }

    [Theory]
    [InlineData("abc-1", true)]
    [InlineData("", false)]
    [InlineData("a b", false)]
    [InlineData("a\tb", false)]
    public void A_request_id_is_taken_where_it_can_be_one(string sent, bool isTaken)
        => Assert.Equal(isTaken, RequestIds.Find(new Metadata { { RequestIds.Header, sent } }) == sent);

    private string Write(ulong sequence, AuditRecord record)
    {
        var text = Encoding.UTF8.GetString(_format.Write(sequence, record));
        using var _ = JsonDocument.Parse(text);
        return text;
    }
}
