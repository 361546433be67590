using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Services.Errors;
using Mptcp.ControlPlane.Server.Services.Mapping;

namespace Mptcp.ControlPlane.Server.Tests.Services.Mapping;

public class WatchRequestMappingTests
{
    [Fact]
    public void Everything_that_is_wrong_is_told_at_once()
    {
        var request = new WatchRequest
        {
            Allow = { new EventFilter { Cgroups = { "/right", "wrong" } } },
            Deny = { new EventFilter { Cgroups = { "" } } },
            BookmarkInterval = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(99)),
            BookmarkIdle = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(9)),
            EventMask = new FieldMask { Paths = { "token", "tokne", "subflow.nothing" } },
            KnownConnections = { Enumerable.Repeat(new KnownConnection(), 100_001) },
        };

        var error = Assert.Throws<ControlPlaneException>(() => WatchRequestMapping.Read(request));
        Assert.Equal((StatusCode.InvalidArgument, ErrorReason.InvalidRequest), (error.StatusCode, error.Reason));
        Assert.Equal(
            [
                "allow[0].cgroups[1]", "deny[0].cgroups[0]", "bookmark_interval", "bookmark_idle",
                "event_mask.paths[1]", "event_mask.paths[2]", "known_connections",
            ],
            error.Violations.Select(violation => violation.Field));
        Assert.Contains("Event has no field \"tokne\"; it has sequence,", error.Violations[4].Description, StringComparison.Ordinal);
        Assert.Contains("at most 100000, and are 100001", error.Violations[6].Description, StringComparison.Ordinal);
    }

    [Fact]
    public void More_than_a_stream_can_be_compared_with_is_refused_before_it_is_read()
    {
        var request = new WatchRequest
        {
            Allow = { Enumerable.Repeat(new EventFilter { Cgroups = { "wrong" } }, 65) },
            Deny = { new EventFilter(), new EventFilter { Tokens = { Enumerable.Range(0, 600).Select(i => (uint)i) }, Uids = { new uint[401] } } },
            EventMask = new FieldMask { Paths = { Enumerable.Repeat("wrong", 101) } },
        };

        var error = Assert.Throws<ControlPlaneException>(() => WatchRequestMapping.Read(request));
        Assert.Equal(["allow", "deny[1]", "event_mask.paths"], error.Violations.Select(violation => violation.Field));
    }

    [Fact]
    public void As_much_as_is_allowed_is_taken()
    {
        var options = WatchRequestMapping.Read(new WatchRequest
        {
            Allow = { Enumerable.Repeat(new EventFilter(), 63), new EventFilter { Tokens = { new uint[1000] } } },
            BookmarkIdle = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(10)),
            KnownConnections = { Enumerable.Repeat(new KnownConnection(), 100_000) },
        });
        Assert.Equal(TimeSpan.FromMilliseconds(10), options.BookmarkIdle);
        Assert.NotNull(options.Known);
    }

    [Fact]
    public void What_is_absent_asks_for_nothing()
    {
        var options = WatchRequestMapping.Read(new WatchRequest { BookmarkIdle = new Duration(), EventMask = new FieldMask() });
        Assert.Equal((TimeSpan.Zero, null, null), (options.BookmarkIdle, options.Mask, options.Known));
    }
}
