using System.Collections.Concurrent;
using Google.Protobuf;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Sessions;
using Mptcp.ControlPlane.Server.Sessions.Controllers;
using Mptcp.ControlPlane.Server.Sessions.Deciding;
using Mptcp.ControlPlane.Server.Sessions.Orders;

namespace Mptcp.ControlPlane.Server.Security.Audit;

/// <summary>
/// Records what a controller commands and decides, with what comes of it. Outcomes are recorded as they are told to the session, also
/// where its stream is there no more to pass them on; telling one does not wait.
/// </summary>
/// <param name="trail">The trail.</param>
/// <param name="source">Who it is, with its session.</param>
internal sealed class SessionAudit(AuditTrail trail, AuditSource source) : ISessionRecorder
{
    // What an entry takes beside its messages.
    private const int Overhead = 1_000;

    // Messages take more in memory than encoded.
    private const int SizeFactor = 4;

    private readonly ConcurrentDictionary<ulong, Decision> _decisions = new();
    private readonly ConcurrentQueue<ControlCommand> _commands = new();

    /// <summary>Why the controller may do nothing now; null where it may.</summary>
    public SessionRefusedException? FindRefusal()
    {
        if (!trail.Forbids)
            return null;
        trail.Probe();
        return new SessionRefusedException(SessionRefusal.AuditNotWritten, AuditTrail.Refusal.Message);
    }

    /// <summary>Notes an answer whose outcome will be told.</summary>
    public void Note(Decision decision)
    {
        if (trail.RecordsDecisions)
            _decisions.TryAdd(decision.DecisionId, decision); // Of several to one question the first counts.
    }

    /// <summary>Notes a command whose outcome will be told, after those of the commands before it.</summary>
    public void Note(ControlCommand command) => _commands.Enqueue(command);

    public void Told(DecisionOutcome outcome)
    {
        if (!trail.RecordsDecisions)
            return;
        _decisions.TryRemove(outcome.Id, out var decision);
        if (outcome.Outcomes.Any(one => one.Pending is not null))
            _ = SettleAsync(outcome, decision);
        else
            Record(outcome, decision);
    }

    public void Told(CommandOutcome outcome)
    {
        _commands.TryDequeue(out var command);
        if (outcome.Outcome.Pending is not null)
            _ = SettleAsync(outcome, command);
        else
            Record(outcome, command);
    }

    // What tunes a subflow is done elsewhere, and never fails but with an outcome.
    private async Task SettleAsync(DecisionOutcome outcome, Decision? decision)
        => Record(outcome with { Outcomes = [.. await Task.WhenAll(outcome.Outcomes.Select(SettleAsync))] }, decision);

    private async Task SettleAsync(CommandOutcome outcome, ControlCommand? command)
        => Record(outcome with { Outcome = await SettleAsync(outcome.Outcome) }, command);

    private static Task<OrderOutcome> SettleAsync(OrderOutcome outcome) => outcome.Pending ?? Task.FromResult(outcome);

    private void Record(DecisionOutcome outcome, Decision? decision)
    {
        trail.Add(new AuditRecord(AuditKind.Decision, trail.Now)
        {
            Source = source,
            Failure = outcome.Refusal,
            Request = decision,
            Namespace = outcome.Namespace,
            Token = outcome.Token,
            AfterLater = outcome.Refusal is null ? () => AuditOutcomes.ToProto(outcome) : null,
            Size = SizeOf(decision),
        });
    }

    private void Record(CommandOutcome outcome, ControlCommand? command)
    {
        trail.Add(new AuditRecord(AuditKind.Command, trail.Now)
        {
            Source = source,
            Failure = outcome.Outcome.Failure,
            RequestId = command?.RequestId ?? "",
            Request = command,
            Namespace = outcome.Namespace,
            Token = outcome.Token,
            AfterLater = () => AuditOutcomes.ToProto(outcome.Outcome),
            Size = SizeOf(command),
        });
    }

    private static int SizeOf(IMessage? message) => Overhead + (SizeFactor * (message?.CalculateSize() ?? 0));
}
