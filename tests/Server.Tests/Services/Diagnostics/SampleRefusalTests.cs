using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Tests.Support;

namespace Mptcp.ControlPlane.Server.Tests.Services.Diagnostics;

public sealed class SampleRefusalTests
{
    private static readonly SocketFilter Everything = new() { All = new SocketFilterList() };

    [LabFact]
    public async Task A_request_says_what_to_sample_and_nothing_else()
    {
        await using var host = await ServedLab.StartAsync();
        await host.Diagnostics.Sample(new SampleRequest()).ViolatesAsync("token");
        await host.Diagnostics.Sample(new SampleRequest { ConnectionId = 5, FilterProtocol = SocketProtocol.Tcp })
            .ViolatesAsync("token", "connection_id", "filter_protocol");
        await host.Diagnostics.Sample(new SampleRequest { Token = 5, Filter = Everything }).ViolatesAsync("filter");
        await host.Diagnostics.Sample(new SampleRequest { Filter = new SocketFilter(), FilterProtocol = (SocketProtocol)3 })
            .ViolatesAsync("filter_protocol", "filter");
    }

    [LabTheory]
    [InlineData(0, 0, "0 s")]
    [InlineData(0, 9_999_999, "0.009999999 s")]
    [InlineData(-1, 0, "-1 s")]
    [InlineData(0, -20_000_000, "-0.02 s")]
    [InlineData(1, 1_000_000_000, "2 s")]
    [InlineData(3600, 100, "3600.0000001 s")]
    [InlineData(long.MaxValue, 0, "9223372036854775807 s")]
    public async Task An_interval_that_nobody_can_keep_is_refused_with_what_it_is(long seconds, int nanos, string text)
    {
        await using var host = await ServedLab.StartAsync();
        var request = new SampleRequest { Filter = Everything, Interval = new Duration { Seconds = seconds, Nanos = nanos } };
        var error = await host.Diagnostics.Sample(request).RefusedAsync(StatusCode.InvalidArgument, ErrorReason.InvalidRequest);
        var violation = Assert.Single(error.Violations);
        Assert.Equal(("interval", $"must be 10 ms to 1 h, and is {text}"), (violation.Field, violation.Description));
    }

    [LabFact]
    public async Task The_shortest_and_the_longest_interval_are_taken()
    {
        await using var host = await ServedLab.StartAsync();
        foreach (var interval in new[] { TimeSpan.FromMilliseconds(10), TimeSpan.FromHours(1) })
        {
            using var call = host.Diagnostics.Sample(
                new SampleRequest { Filter = Everything, Interval = Duration.FromTimeSpan(interval), Count = 1 });
            Assert.True(await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
            Assert.Empty(call.ResponseStream.Current.Connections);
            Assert.False(await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        }
    }

    [LabFact]
    public async Task What_is_not_there_cannot_be_sampled()
    {
        await using var host = await ServedLab.StartAsync();
        await host.Diagnostics.Sample(new SampleRequest { Namespace = "nowhere", Token = 5 })
            .RefusedAsync(StatusCode.NotFound, ErrorReason.NamespaceUnknown);
        var error = await host.Diagnostics.Sample(new SampleRequest { Token = 5 })
            .RefusedAsync(StatusCode.NotFound, ErrorReason.ConnectionNotFound);
        Assert.Contains("0x00000005", error.Message, StringComparison.Ordinal);
        await host.Diagnostics.Sample(new SampleRequest { Filter = new() { Interface = "nowhere" } })
            .RefusedAsync(StatusCode.NotFound, ErrorReason.InterfaceNotFound);
    }
}
