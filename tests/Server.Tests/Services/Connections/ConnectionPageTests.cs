using System.Net;
using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Services.Connections;
using Mptcp.ControlPlane.Server.Services.Errors;
using Mptcp.ControlPlane.Server.Services.Mapping;
using Mptcp.ControlPlane.Server.State;
using Connection = Mptcp.ControlPlane.Server.State.Connection;
using ConnectionOwner = Mptcp.ControlPlane.Server.State.ConnectionOwner;
using ConnectionState = Mptcp.ControlPlane.Server.State.ConnectionState;
using Subflow = Mptcp.ControlPlane.Server.State.Subflow;
using SubflowState = Mptcp.ControlPlane.Server.State.SubflowState;

namespace Mptcp.ControlPlane.Server.Tests.Services.Connections;

public sealed class ConnectionPageTests
{
    private static readonly Guid Epoch = Guid.Parse("8c7e3a52-3f0e-4f4e-9a55-1c1c8f6f3a01");

    // In the order of lists: by namespace, id and token.
    private static readonly Connection[] Several =
    [
        new("blue", 7, 30) { State = ConnectionState.Created },
        new("self", 5, 0) { State = ConnectionState.Orphaned, Local = End("198.18.1.1", 4000) },
        new("self", 6, 0) { State = ConnectionState.Closed },
        new("self", 7, 10)
        {
            State = ConnectionState.Established,
            ServerSide = true,
            Owner = new ConnectionOwner(1000, ProcessId: 12, Command: "nginx"),
            Local = End("198.18.1.1", 443),
            Remote = End("198.18.1.2", 40000),
            Subflows =
            [
                new Subflow(End("198.18.1.1", 443), End("198.18.1.2", 40000), SubflowState.Established),
                new Subflow(End("2001:db8::1", 443), End("2001:db8::2", 40001), SubflowState.Established),
                new Subflow(End("198.18.9.1", 0), End("198.18.9.2", 40001), SubflowState.Requested),
            ],
        },
        new("self", 9, 20)
        {
            State = ConnectionState.Fallback,
            Owner = new ConnectionOwner(0),
            Local = End("198.18.2.1", 40000),
            Remote = End("198.18.2.2", 443),
            Subflows = [new Subflow(End("198.18.2.1", 40000), End("198.18.2.2", 443), SubflowState.Established)],
        },
    ];

    [Theory]
    [InlineData("""{}""", "blue/7 self/5 self/6 self/7 self/9")]
    [InlineData("""{ "tokens": [7] }""", "blue/7 self/7")]
    [InlineData("""{ "connectionIds": ["10", "30", "99"] }""", "blue/7 self/7")]
    [InlineData("""{ "states": ["CONNECTION_STATE_FALLBACK", "CONNECTION_STATE_ORPHANED"] }""", "self/5 self/9")]
    [InlineData("""{ "serverSide": true }""", "self/7")]
    [InlineData("""{ "serverSide": false, "states": ["CONNECTION_STATE_FALLBACK"] }""", "self/9")]
    [InlineData("""{ "uids": [0] }""", "self/9")]
    [InlineData("""{ "uids": [1000, 0] }""", "self/7 self/9")]
    [InlineData("""{ "commands": ["nginx", "apache"] }""", "self/7")]
    [InlineData("""{ "commands": ["ngin"] }""", "")]
    [InlineData("""{ "localPrefixes": ["198.18.1.0/24"] }""", "self/5 self/7")]
    [InlineData("""{ "localPrefixes": ["2001:db8::/32"] }""", "self/7")]
    [InlineData("""{ "localPrefixes": ["::ffff:198.18.2.0/120"] }""", "self/9")]
    [InlineData("""{ "localPrefixes": ["198.18.9.0/24"] }""", "")]
    [InlineData("""{ "remotePrefixes": ["0.0.0.0/0"] }""", "self/7 self/9")]
    [InlineData("""{ "localPorts": [{ "first": 443 }] }""", "self/7")]
    [InlineData("""{ "localPorts": [{ "first": 4000, "last": 40000 }] }""", "self/5 self/9")]
    [InlineData("""{ "remotePorts": [{ "first": 1, "last": 443 }, { "first": 40001 }] }""", "self/7 self/9")]
    [InlineData("""{ "remotePorts": [{ "first": 40001 }], "remotePrefixes": ["198.18.1.2/32"] }""", "self/7")]
    public void Connections_are_listed_that_match_every_field(string filter, string expected)
    {
        var response = List(new ListConnectionsRequest { Filter = ConnectionFilter.Parser.ParseJson(filter) });

        Assert.Equal(expected, Names(response));
        Assert.Equal("", response.NextPageToken);
    }

    [Fact]
    public void A_namespace_is_listed_alone() => Assert.Equal("blue/7", Names(List(new ListConnectionsRequest { Namespace = "blue" })));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(5)]
    public void Pages_hold_each_connection_once_and_in_order(int size)
    {
        var request = new ListConnectionsRequest { PageSize = size };
        var listed = new List<string>();
        do
        {
            var page = List(request);
            Assert.InRange(page.Connections.Count, 1, size);
            listed.Add(Names(page));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);

        Assert.Equal("blue/7 self/5 self/6 self/7 self/9", string.Join(' ', listed));
        Assert.Equal((Several.Length + size - 1) / size, listed.Count);
    }

    [Fact]
    public void A_list_goes_on_behind_a_connection_that_is_gone()
    {
        var first = List(new ListConnectionsRequest { PageSize = 2 });
        Assert.Equal("blue/7 self/5", Names(first));

        var rest = List(new ListConnectionsRequest { PageToken = first.NextPageToken }, Several[2..]);

        Assert.Equal("self/6 self/7 self/9", Names(rest));
    }

    [Fact]
    public void A_page_is_never_too_long_for_clients_of_any_language()
    {
        var name = new string('n', 100_000);
        var snapshot = Enumerable.Range(1, 200)
            .Select(i => new Connection("self", (uint)i, (ulong)i) { State = ConnectionState.Created, Owner = new ConnectionOwner(1, Command: name) })
            .ToArray();
        var request = new ListConnectionsRequest { PageSize = 1000 };
        var listed = 0;
        do
        {
            var page = List(request, snapshot);
            Assert.InRange(page.CalculateSize(), 1, 4 * 1024 * 1024);
            listed += page.Connections.Count;
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);

        Assert.Equal(snapshot.Length, listed);
    }

    [Fact]
    public void Everything_that_is_wrong_is_told_at_once()
    {
        var request = new ListConnectionsRequest
        {
            PageSize = 1001,
            PageToken = "nonsense",
            View = (ConnectionView)9,
            Filter = new ConnectionFilter
            {
                States = { Control.V1.ConnectionState.Created, Control.V1.ConnectionState.Unspecified, (Control.V1.ConnectionState)99 },
                LocalPrefixes = { "198.18.0.1/15" },
                RemotePrefixes = { "::/0", "198.18.0.1" },
                LocalPorts = { new PortRange { First = 2, Last = 1 } },
                RemotePorts = { new PortRange { First = 1, Last = 65536 } },
            },
        };

        var refusal = Assert.Throws<ControlPlaneException>(() => List(request));

        Assert.Equal((StatusCode.InvalidArgument, ErrorReason.InvalidRequest), (refusal.StatusCode, refusal.Reason));
        Assert.Equal(
            [
                "page_size", "page_token", "filter.states[1]", "filter.states[2]", "filter.local_prefixes[0]", "filter.local_ports[0]",
                "filter.remote_prefixes[1]", "filter.remote_ports[0]", "view",
            ],
            refusal.Violations.Select(violation => violation.Field));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("self", """{ "uids": [1] }""")]
    public void A_page_token_goes_with_the_list_that_it_is_of(string namespaceName, string filter)
    {
        var token = List(new ListConnectionsRequest { Namespace = "self", PageSize = 1 }).NextPageToken;
        var other = new ListConnectionsRequest
        {
            Namespace = namespaceName,
            PageToken = token,
            Filter = filter.Length == 0 ? null : ConnectionFilter.Parser.ParseJson(filter),
        };

        var refusal = Assert.Throws<ControlPlaneException>(() => List(other));

        Assert.Equal((StatusCode.InvalidArgument, "page_token"), (refusal.StatusCode, Assert.Single(refusal.Violations).Field));
    }

    [Fact]
    public void A_page_token_from_before_a_restart_has_expired()
    {
        var token = List(new ListConnectionsRequest { PageSize = 1 }).NextPageToken;

        var refusal = Assert.Throws<ControlPlaneException>(() => List(new ListConnectionsRequest { PageToken = token }, epoch: Guid.NewGuid()));

        Assert.Equal((StatusCode.FailedPrecondition, ErrorReason.PageTokenExpired), (refusal.StatusCode, refusal.Reason));
    }

    [Theory]
    [InlineData("AA")]
    [InlineData("!")]
    [InlineData("AgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void What_is_no_page_token_is_refused(string text) => Assert.Null(PageToken.TryParse(text));

    private static ListConnectionsResponse List(ListConnectionsRequest request, Connection[]? connections = null, Guid? epoch = null)
    {
        var options = ListRequestMapping.Read(request, epoch ?? Epoch);
        var only = request.Namespace.Length == 0 ? null : request.Namespace;
        return ConnectionPage.Make(new StateSnapshot(connections ?? Several, 1), options, only, epoch ?? Epoch, addStatistics: null);
    }

    private static string Names(ListConnectionsResponse response)
        => string.Join(' ', response.Connections.Select(connection => $"{connection.Namespace}/{connection.Token}"));

    private static IPEndPoint End(string address, int port) => new(IPAddress.Parse(address), port);
}
