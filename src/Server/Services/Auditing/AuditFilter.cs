using Mptcp.Control.V1;
using NamePatterns = Mptcp.ControlPlane.Server.Policies.Model.NamePatterns;

namespace Mptcp.ControlPlane.Server.Services.Auditing;

/// <summary>Which entries of the trail are asked for.</summary>
/// <param name="request">The request.</param>
internal sealed class AuditFilter(ListAuditEntriesRequest request)
{
    // Entries are in the order in which they were made, and so are their times unless somebody set the clock back.
    private static readonly TimeSpan ClockSlack = TimeSpan.FromHours(1);

    private readonly DateTime? _since = request.Since?.ToDateTime();

    /// <summary>Whether an entry is one of them.</summary>
    public bool Takes(AuditEntry entry)
        => (request.Caller.Length == 0 || NamePatterns.Any([request.Caller], entry.CallerName))
            && (request.Method.Length == 0 || TakesMethod(entry.Method))
            && (!request.HasAllowed || request.Allowed == entry.Allowed)
            && (request.Since is null || entry.Time >= request.Since)
            && (request.Until is null || entry.Time < request.Until)
            && (request.Namespace.Length == 0 || request.Namespace == entry.Namespace)
            && (request.Token == 0 || request.Token == entry.Token);

    /// <summary>Whether an entry is so old that none before it is asked for.</summary>
    public bool IsBeyond(AuditEntry entry) => _since - entry.Time.ToDateTime() > ClockSlack;

    private bool TakesMethod(string method)
        => NamePatterns.Any([request.Method], method) || NamePatterns.Any([request.Method], method[(method.LastIndexOf('/') + 1)..]);
}
