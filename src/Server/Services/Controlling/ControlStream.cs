using System.Collections.Immutable;
using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Kernel.Namespaces;
using Mptcp.ControlPlane.Server.Security.Audit;
using Mptcp.ControlPlane.Server.Security.Permissions;
using Mptcp.ControlPlane.Server.Services.Errors;
using Mptcp.ControlPlane.Server.Services.Mapping;
using Mptcp.ControlPlane.Server.Services.Mapping.Policies;
using Mptcp.ControlPlane.Server.Services.Mapping.Sessions;
using Mptcp.ControlPlane.Server.Sessions;
using Mptcp.ControlPlane.Server.Sessions.Controllers;
using Mptcp.ControlPlane.Server.Sessions.Deciding;
using Mptcp.ControlPlane.Server.Sessions.Orders;
using PathStrategy = Mptcp.ControlPlane.Server.Policies.Model.PathStrategy;

namespace Mptcp.ControlPlane.Server.Services.Controlling;

/// <summary>The two directions of an open session.</summary>
/// <param name="session">The session.</param>
/// <param name="room">Where its role is played.</param>
/// <param name="sessions">All sessions.</param>
/// <param name="target">Whom it commands.</param>
/// <param name="namespaces">Those that are served.</param>
/// <param name="reach">Of which connections it may know.</param>
/// <param name="audit">Records what it commands and decides.</param>
/// <param name="countBid">Counts a bid among its caller's requests, and throws what refuses it.</param>
internal sealed class ControlStream(
    ControllerSession session, RoleRoom room, SessionRegistry sessions, IControllerTarget target, HostNamespaces namespaces, Access reach,
    SessionAudit audit, Action countBid)
    : IDisposable
{
    private const int MostCommandsOfDecision = 512;
    private const int LongestRequestId = 100;

    // So many are taken in before one is answered: the controller's stream then waits, and the kernel is never outrun. Decisions may wait
    // for their connections to be established.
    private const int MostCommandsWaiting = 1_024;
    private const int MostDecisionsWaiting = 65_536;

    private readonly OutcomeMapping _outcomes = new(namespaces, reach);
    private readonly SemaphoreSlim _commands = new(MostCommandsWaiting, MostCommandsWaiting);
    private readonly SemaphoreSlim _decisions = new(MostDecisionsWaiting, MostDecisionsWaiting);

    public void Dispose()
    {
        _commands.Dispose();
        _decisions.Dispose();
    }

    /// <summary>
    /// Goes on until the controller ends its side and everything is answered that does not wait for a connection to be established, or the
    /// session is ended.
    /// </summary>
    /// <exception cref="SessionRefusedException">The daemon ends the session, or a bid of it is refused.</exception>
    public async Task RunAsync(
        IAsyncStreamReader<ControlRequest> requests, IServerStreamWriter<ControlResponse> responses, CancellationToken cancellation)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var reading = ReadAsync(requests, ended.Token);
        var writing = WriteAsync(responses, ended.Token);
        var first = await Task.WhenAny(reading, writing, session.Overflow);
        if (first == reading && reading.IsCompletedSuccessfully)
        {
            // What it sent last is answered before it goes, and nothing is asked of it any more.
            await sessions.CloseAsync(session, room, why: null);
            await writing;
            return;
        }

        await ended.CancelAsync();
        session.Finish(why: null);
        await Task.WhenAll(reading, writing).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        await first;
        // The writer ends by itself when the daemon ends the session.
        throw session.End ?? new SessionRefusedException(SessionRefusal.RoleRemoved, "the session was ended");
    }

    private async Task WriteAsync(IServerStreamWriter<ControlResponse> responses, CancellationToken cancellation)
    {
        await new ControlTeller(session, SendAsync).RunAsync(cancellation);

        async Task SendAsync(object told)
        {
            await responses.WriteAsync(MessageOf(told), cancellation);
            if (told is CommandOutcome)
                _commands.Release();
            else if (told is DecisionOutcome)
                _decisions.Release();
        }
    }

    private ControlResponse MessageOf(object told) => told switch
    {
        DecisionQuestion question => new ControlResponse { DecisionRequest = DecisionMapping.ToProto(question) },
        DecisionOutcome outcome => new ControlResponse { DecisionResult = _outcomes.ToProto(outcome) },
        CommandOutcome outcome => new ControlResponse { CommandResult = _outcomes.ToProto(outcome) },
        PrimaryStanding standing => new ControlResponse { Primary = SessionMapping.ToProto(standing) },
        _ => throw new ArgumentOutOfRangeException(nameof(told), told, "a message of no kind"),
    };

    private async Task ReadAsync(IAsyncStreamReader<ControlRequest> requests, CancellationToken cancellation)
    {
        while (await requests.MoveNext(cancellation))
        {
            var request = requests.Current;
            switch (request.MessageCase)
            {
                case ControlRequest.MessageOneofCase.Decision:
                    await _decisions.WaitAsync(cancellation);
                    await TakeAsync(request.Decision, cancellation);
                    break;
                case ControlRequest.MessageOneofCase.Command:
                    await _commands.WaitAsync(cancellation);
                    Take(request.Command);
                    break;
                case ControlRequest.MessageOneofCase.Bid:
                    await RaiseAsync(request.Bid, cancellation);
                    break;
                default:
                    var violations = new RequestViolations();
                    violations.Add("message", "must be a bid, a command or a decision");
                    violations.ThrowIfAny();
                    break;
            }
        }
    }

    private async Task RaiseAsync(ControlBid bid, CancellationToken cancellation)
    {
        // Every other bid is a call of its own, and commands and decisions are counted by their role.
        countBid();
        var violations = new RequestViolations();
        if (bid.Role.Length > 0 && bid.Role != room.Role.Name)
            violations.Add("bid.role", $"must be the session's, which is {room.Role.Name}, and is {bid.Role}");
        violations.ThrowIfAny();
        await sessions.RaiseAsync(session, room, bid.ElectionId, cancellation);
    }

    private async Task TakeAsync(Decision decision, CancellationToken cancellation)
    {
        audit.Note(decision);
        if (audit.FindRefusal() is { } forbidden)
        {
            session.Tell(new DecisionOutcome(decision.DecisionId, forbidden, []));
            return;
        }

        if (session.FindNamespace(decision.DecisionId) is not { } name)
        {
            // Nobody waits for it, and the target says why.
            target.Answer(session, decision.DecisionId, answer: null);
            return;
        }

        var violations = new RequestViolations();
        var answer = Read(decision, name, violations);
        try
        {
            violations.ThrowIfAny();
        }
        catch (ControlPlaneException unreadable)
        {
            session.Tell(new DecisionOutcome(decision.DecisionId, new SessionRefusedException(SessionRefusal.Unreadable, unreadable.Message, unreadable), []));
            return;
        }

        // One is done as a whole: the stream waits until it may be.
        await room.Budget.TakeAsync(Math.Max(1, answer!.Orders.Length), () => target.NoteArrived(session, decision.DecisionId), cancellation);
        session.NoteAnswer(decision.DecisionId);
        target.Answer(session, decision.DecisionId, answer);
    }

    private DecisionAnswer? Read(Decision decision, string name, RequestViolations violations)
    {
        switch (decision.AnswerCase)
        {
            case Decision.AnswerOneofCase.Commands when decision.Commands.Commands.Count > MostCommandsOfDecision:
                violations.Add("decision.commands", $"must be at most {MostCommandsOfDecision}, and are {decision.Commands.Commands.Count}");
                return null;
            case Decision.AnswerOneofCase.Commands:
                var orders = ImmutableArray.CreateBuilder<PathOrder>(decision.Commands.Commands.Count);
                var (served, gone) = FindNamespace(name);
                for (var index = 0; index < decision.Commands.Commands.Count; index++)
                    orders.Add(gone ?? OrderParsing.Read(decision.Commands.Commands[index], $"decision.commands[{index}]", served!));
                return new DecisionAnswer(orders.MoveToImmutable(), DeferTo: null);
            case Decision.AnswerOneofCase.DeferTo:
                foreach (var (strategy, word) in PolicyWords.Strategies)
                {
                    if (word == decision.DeferTo && strategy != PathStrategy.Delegate)
                        return new DecisionAnswer([], strategy);
                }

                violations.Add("decision.defer_to", $"must be a strategy other than DELEGATE, and is {decision.DeferTo}");
                return null;
            default:
                violations.Add("decision.answer", "must be commands, of which there may be none, or defer_to");
                return null;
        }
    }

    private void Take(ControlCommand command)
    {
        audit.Note(command);
        var (served, problem) = FindNamespace(command.Namespace);
        if (audit.FindRefusal() is { } forbidden)
            problem = new PathOrder.Refused(forbidden);
        var order = command.RequestId.Length > LongestRequestId
            ? new PathOrder.Refused(new SessionRefusedException(
                SessionRefusal.Unreadable, $"command.request_id must have at most {LongestRequestId} characters, and has {command.RequestId.Length}"))
            : problem ?? OrderParsing.Read(command.Command, "command.command", served!);
        var read = new ControllerCommand(
            command.CorrelationId, command.RequestId, served?.Name ?? command.Namespace, command.Token, command.ConnectionId, command.ValidateOnly, order);
        target.Command(session, read, room);
    }

    private (HostNamespace? Served, PathOrder? Problem) FindNamespace(string name)
    {
        try
        {
            return (namespaces.Require(name, reach), null);
        }
        catch (ControlPlaneException unknown)
        {
            return (null, new PathOrder.Refused(unknown));
        }
    }
}
