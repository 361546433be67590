using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Services.Mapping;

namespace Mptcp.ControlPlane.Server.Tests.Services.Watching;

public sealed class WatchOptionsTests
{
    [Fact]
    public void Snapshots_are_about_the_namespaces_that_every_filter_names_and_those_of_what_is_known()
    {
        var request = new WatchRequest { Allow = { new EventFilter { Namespaces = { "blue" } }, new EventFilter { Namespaces = { "red", "blue" } } } };
        Assert.Equal(["blue", "red"], Names(request));

        // What becomes of it is told too.
        request.KnownConnections.Add(new KnownConnection { Namespace = "green", Token = 1, ConnectionId = 1 });
        Assert.Equal(["blue", "green", "red"], Names(request));

        request.Allow.Add(new EventFilter { Tokens = { 1 } });
        Assert.Null(Names(request));
    }

    [Fact]
    public void Without_filters_snapshots_are_about_every_namespace()
        => Assert.Null(Names(new WatchRequest { Deny = { new EventFilter { Namespaces = { "blue" } } } }));

    private static IEnumerable<string>? Names(WatchRequest request) => WatchRequestMapping.Read(request).SnapshotNamespaces?.Order();
}
