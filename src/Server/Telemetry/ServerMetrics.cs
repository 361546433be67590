using System.Diagnostics;
using System.Diagnostics.Metrics;
using Grpc.Core;
using Mptcp.ControlPlane.Server.Policies.Revisions;
using Mptcp.ControlPlane.Server.Security.Limits;
using Mptcp.Native.Netlink;
using Mptcp.Native.PathManagement;
using Mptcp.Native.Routing;

namespace Mptcp.ControlPlane.Server.Telemetry;

/// <summary>Every metric of the daemon. docs/metrics.md lists the same.</summary>
internal sealed class ServerMetrics
{
    public const string MeterName = "Mptcp.ControlPlane.Server";

    private readonly Counter<long> _calls;
    private readonly Histogram<double> _callDuration;
    private readonly Counter<long> _requests;
    private readonly Histogram<double> _requestDuration;
    private readonly Counter<long> _events;
    private readonly Counter<long> _overflows;
    private readonly UpDownCounter<long> _watchers;
    private readonly Counter<long> _lost;
    private readonly Counter<long> _policyChanges;
    private readonly Counter<long> _auditEntries;
    private readonly Counter<long> _auditLost;
    private readonly Counter<long> _limitsReached;

    public ServerMetrics(IMeterFactory factory)
    {
        var meter = factory.Create(MeterName);
        _calls = meter.CreateCounter<long>("mptcp.rpc.calls", "{call}", "Calls that ended, by method and status.");
        _callDuration = meter.CreateHistogram<double>("mptcp.rpc.duration", "s", "How long calls took, streams included.");
        _requests = meter.CreateCounter<long>("mptcp.kernel.requests", "{request}", "Netlink requests, by command and errno.");
        _requestDuration = meter.CreateHistogram(
            "mptcp.kernel.request.duration", "s", "How long the kernel took to answer.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.00001, 0.0001, 0.001, 0.01, 0.1, 1] });
        _events = meter.CreateCounter<long>("mptcp.kernel.events", "{event}", "Events received from the kernel, by type.");
        _overflows = meter.CreateCounter<long>("mptcp.kernel.overflows", "{overflow}", "How often the kernel dropped events (ENOBUFS).");
        _watchers = meter.CreateUpDownCounter<long>("mptcp.watchers", "{watcher}", "Watch streams that are open.");
        _lost = meter.CreateCounter<long>("mptcp.watchers.lost", "{event}", "Events that slow watchers could not be given.");
        _policyChanges = meter.CreateCounter<long>("mptcp.policies.changes", "{change}", "Changes of the policies, by kind.");
        _auditEntries = meter.CreateCounter<long>("mptcp.audit.entries", "{entry}", "Entries of the audit trail.");
        _auditLost = meter.CreateCounter<long>("mptcp.audit.lost", "{entry}", "Entries of the audit trail that are missing somewhere, by where.");
        _limitsReached = meter.CreateCounter<long>("mptcp.limits.refusals", "{refusal}", "Calls and connections that were too much, by limit.");
    }

    /// <summary>A call ended.</summary>
    /// <param name="method">The method as gRPC names it, with its slashes.</param>
    /// <param name="status">How it ended.</param>
    /// <param name="duration">How long it took.</param>
    public void CallEnded(string method, StatusCode status, TimeSpan duration)
    {
        var tags = new TagList { { "rpc.method", method.TrimStart('/') }, { "rpc.status", NameOf(status) } };
        _calls.Add(1, tags);
        _callDuration.Record(duration.TotalSeconds, tags);
    }

    /// <summary>A request to the kernel ended.</summary>
    public void KernelRequest(RequestOutcome outcome)
    {
        var tags = new TagList { { "command", outcome.Operation }, { "errno", outcome.Errno?.Name ?? "OK" } };
        _requests.Add(1, tags);
        _requestDuration.Record(outcome.Duration.TotalSeconds, tags);
    }

    /// <summary>The kernel told of something.</summary>
    public void EventReceived(string namespaceName, PathManagerEventType type)
        => _events.Add(1, new TagList { { "namespace", namespaceName }, { "type", NameOf(type) } });

    /// <summary>The kernel told of a link or an address.</summary>
    public void EventReceived(string namespaceName, RouteEvent told)
        => _events.Add(1, new TagList { { "namespace", namespaceName }, { "type", NameOf(told) } });

    /// <summary>The kernel dropped events.</summary>
    public void KernelOverflow(string namespaceName) => _overflows.Add(1, new TagList { { "namespace", namespaceName } });

    /// <summary>A watch stream began.</summary>
    public void WatcherStarted() => _watchers.Add(1);

    /// <summary>A watch stream ended.</summary>
    public void WatcherEnded() => _watchers.Add(-1);

    /// <summary>A watcher was too slow for the event log.</summary>
    /// <param name="count">How many events it missed.</param>
    public void WatcherLost(long count) => _lost.Add(count);

    /// <summary>The policies changed.</summary>
    public void PoliciesChanged(PoliciesChangeKind kind) => _policyChanges.Add(1, new TagList { { "kind", NameOf(kind) } });

    /// <summary>Entries of the audit trail were made.</summary>
    public void AuditRecorded(int count) => _auditEntries.Add(count);

    /// <summary>Entries of the audit trail are missing.</summary>
    /// <param name="where">Where they should be: <c>file</c>, <c>journal</c>; <c>queue</c> where they are nowhere.</param>
    /// <param name="count">How many.</param>
    public void AuditLost(string where, long count) => _auditLost.Add(count, new TagList { { "where", where } });

    /// <summary>A call or a connection was refused, or a connection ended, because of a limit.</summary>
    public void LimitReached(LimitKind limit) => _limitsReached.Add(1, new TagList { { "limit", limit.NameOf() } });

    /// <summary>The name of a status: upper case with underscores, as the gRPC specification spells them.</summary>
    public static string NameOf(StatusCode status) => status switch
    {
        StatusCode.OK => "OK",
        StatusCode.Cancelled => "CANCELLED",
        StatusCode.Unknown => "UNKNOWN",
        StatusCode.InvalidArgument => "INVALID_ARGUMENT",
        StatusCode.DeadlineExceeded => "DEADLINE_EXCEEDED",
        StatusCode.NotFound => "NOT_FOUND",
        StatusCode.AlreadyExists => "ALREADY_EXISTS",
        StatusCode.PermissionDenied => "PERMISSION_DENIED",
        StatusCode.Unauthenticated => "UNAUTHENTICATED",
        StatusCode.ResourceExhausted => "RESOURCE_EXHAUSTED",
        StatusCode.FailedPrecondition => "FAILED_PRECONDITION",
        StatusCode.Aborted => "ABORTED",
        StatusCode.OutOfRange => "OUT_OF_RANGE",
        StatusCode.Unimplemented => "UNIMPLEMENTED",
        StatusCode.Internal => "INTERNAL",
        StatusCode.Unavailable => "UNAVAILABLE",
        StatusCode.DataLoss => "DATA_LOSS",
        _ => "UNKNOWN",
    };

    private static string NameOf(PoliciesChangeKind kind) => kind switch
    {
        PoliciesChangeKind.Applied => "applied",
        PoliciesChangeKind.Confirmed => "confirmed",
        PoliciesChangeKind.RolledBack => "rolled-back",
        PoliciesChangeKind.Expired => "expired",
        _ => "unknown",
    };

    private static string NameOf(PathManagerEventType type) => type switch
    {
        PathManagerEventType.ConnectionCreated => "connection-created",
        PathManagerEventType.ConnectionEstablished => "connection-established",
        PathManagerEventType.ConnectionClosed => "connection-closed",
        PathManagerEventType.AddressAnnounced => "address-announced",
        PathManagerEventType.AddressRemoved => "address-removed",
        PathManagerEventType.SubflowEstablished => "subflow-established",
        PathManagerEventType.SubflowClosed => "subflow-closed",
        PathManagerEventType.SubflowPriority => "subflow-priority",
        PathManagerEventType.ListenerCreated => "listener-created",
        PathManagerEventType.ListenerClosed => "listener-closed",
        _ => "unknown",
    };

    private static string NameOf(RouteEvent told) => told switch
    {
        LinkChanged => "link-changed",
        LinkRemoved => "link-removed",
        AddressChanged => "local-address-changed",
        AddressRemoved => "local-address-removed",
        _ => "unknown",
    };
}
