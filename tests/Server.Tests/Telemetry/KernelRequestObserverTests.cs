using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Mptcp.ControlPlane.Server.Telemetry;
using Mptcp.Native.Interop;
using Mptcp.Native.Netlink;

namespace Mptcp.ControlPlane.Server.Tests.Telemetry;

public sealed class KernelRequestObserverTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection()
        .AddMetrics().AddSingleton(TimeProvider.System).AddSingleton<ServerMetrics>().AddSingleton<KernelRequestObserver>()
        .BuildServiceProvider();

    private readonly ActivitySource _calls = new("calls of this test");
    private readonly ActivityListener _listener;
    private readonly ConcurrentQueue<Activity> _stopped = new();
    private ActivitySamplingResult _sampling = ActivitySamplingResult.AllDataAndRecorded;

    public KernelRequestObserverTests()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source == _calls || source.Name == KernelRequestObserver.SourceName,
            Sample = (ref _) => _sampling,
            ActivityStopped = _stopped.Enqueue,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    [Fact]
    public void A_request_is_part_of_the_trace_of_its_call()
    {
        using var call = _calls.StartActivity("call");
        Observe(new RequestOutcome("add-addr", Errno.Exists, TimeSpan.FromSeconds(2)));

        var request = Assert.Single(RequestsOf(call!));
        Assert.Equal(("add-addr", call!.SpanId), (request.DisplayName, request.ParentSpanId));
        Assert.Equal((ActivityStatusCode.Error, "EEXIST"), (request.Status, request.StatusDescription));
        Assert.InRange(request.Duration, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(10));
    }

    [Fact]
    public void A_request_of_a_call_that_is_not_sampled_is_not_traced()
    {
        _sampling = ActivitySamplingResult.PropagationData;
        using var call = _calls.StartActivity("call");
        Assert.NotNull(call);
        Observe(new RequestOutcome("get-addr", null, TimeSpan.Zero));
        Assert.Empty(RequestsOf(call));
    }

    public void Dispose()
    {
        _listener.Dispose();
        _calls.Dispose();
        _services.Dispose();
    }

    // Daemons of other tests make requests, too.
    private IEnumerable<Activity> RequestsOf(Activity call) => _stopped.Where(activity => activity.ParentSpanId == call.SpanId);

    private void Observe(RequestOutcome outcome) => _services.GetRequiredService<KernelRequestObserver>().Observe(outcome);
}
