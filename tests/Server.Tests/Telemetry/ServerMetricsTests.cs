using System.Diagnostics.Metrics;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Mptcp.ControlPlane.Server.Policies.Revisions;
using Mptcp.ControlPlane.Server.Security.Limits;
using Mptcp.ControlPlane.Server.Telemetry;
using Mptcp.ControlPlane.Server.Tests.Support;
using Mptcp.Native.Interop;
using Mptcp.Native.Netlink;
using Mptcp.Native.PathManagement;
using Mptcp.Native.Routing;

namespace Mptcp.ControlPlane.Server.Tests.Telemetry;

public sealed class ServerMetricsTests : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().AddSingleton<ServerMetrics>().BuildServiceProvider();
    private readonly MeterListener _listener = new();
    private readonly List<Instrument> _instruments = [];
    private readonly List<string> _measured = [];

    public ServerMetricsTests()
    {
        var factory = _services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Scope != factory)
                return; // Another test's daemon.
            _instruments.Add(instrument);
            listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Note(instrument, $"{value}", tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Note(instrument, $"{value}", tags));
        _listener.Start();
        Metrics = _services.GetRequiredService<ServerMetrics>();
    }

    private ServerMetrics Metrics { get; }

    [Fact]
    public void The_document_lists_every_instrument()
    {
        var declared = _instruments.Select(instrument => (
            instrument.Name,
            instrument switch { Histogram<double> => "histogram", UpDownCounter<long> => "up-down counter", _ => "counter" },
            instrument.Unit,
            instrument.Description));
        Assert.Equal(declared, Document.Rows("metrics.md", "metric").Select(row => (row[0], row[1], (string?)row[2], (string?)row[4])));
    }

    [Fact]
    public void What_happens_is_measured_with_its_attributes()
    {
        Metrics.CallEnded("/mptcp.control.v1.NodeService/GetInfo", StatusCode.InvalidArgument, TimeSpan.FromSeconds(0.5));
        Metrics.KernelRequest(new RequestOutcome("add-addr", Errno.Exists, TimeSpan.FromSeconds(0.25)));
        Metrics.KernelRequest(new RequestOutcome("get-addr", null, TimeSpan.Zero));
        Metrics.EventReceived("blue", PathManagerEventType.SubflowEstablished);
        Metrics.EventReceived("blue", (PathManagerEventType)99);
        Metrics.EventReceived("blue", new LinkRemoved(2, "path1"));
        Metrics.KernelOverflow("blue");
        Metrics.WatcherStarted();
        Metrics.WatcherEnded();
        Metrics.WatcherLost(17);
        Metrics.PoliciesChanged(PoliciesChangeKind.RolledBack);
        Metrics.LimitReached(LimitKind.RequestsPerSecond);

        Assert.Equal(
            [
                "mptcp.rpc.calls 1 rpc.method=mptcp.control.v1.NodeService/GetInfo rpc.status=INVALID_ARGUMENT",
                "mptcp.rpc.duration 0.5 rpc.method=mptcp.control.v1.NodeService/GetInfo rpc.status=INVALID_ARGUMENT",
                "mptcp.kernel.requests 1 command=add-addr errno=EEXIST",
                "mptcp.kernel.request.duration 0.25 command=add-addr errno=EEXIST",
                "mptcp.kernel.requests 1 command=get-addr errno=OK",
                "mptcp.kernel.request.duration 0 command=get-addr errno=OK",
                "mptcp.kernel.events 1 namespace=blue type=subflow-established",
                "mptcp.kernel.events 1 namespace=blue type=unknown",
                "mptcp.kernel.events 1 namespace=blue type=link-removed",
                "mptcp.kernel.overflows 1 namespace=blue",
                "mptcp.watchers 1",
                "mptcp.watchers -1",
                "mptcp.watchers.lost 17",
                "mptcp.policies.changes 1 kind=rolled-back",
                "mptcp.limits.refusals 1 limit=requests_per_second",
            ],
            _measured);
    }

    [Theory]
    [MemberData(nameof(StatusCodes))]
    public void Every_status_has_its_own_name(StatusCode status)
    {
        Metrics.CallEnded("/x", status, TimeSpan.Zero);
        var name = _measured[0].Split("rpc.status=")[1];
        Assert.Equal(status.ToString().ToUpperInvariant(), name.Replace("_", "", StringComparison.Ordinal));
    }

    public static TheoryData<StatusCode> StatusCodes => [.. Enum.GetValues<StatusCode>()];

    public void Dispose()
    {
        _listener.Dispose();
        _services.Dispose();
    }

    private void Note(Instrument instrument, string value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var line = $"{instrument.Name} {value}";
        foreach (var (key, tag) in tags)
            line += $" {key}={tag}";
        _measured.Add(line);
    }
}
