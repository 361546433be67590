using System.Collections.Immutable;
using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Kernel;
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
internal sealed class ControlStream(
    ControllerSession session, RoleRoom room, SessionRegistry sessions, IControllerTarget target, HostNamespaces namespaces) : IDisposable
{
    private const int MostCommandsOfDecision = 512;
    private const int LongestRequestId = 100;

    // So many are taken in before one is answered: the controller's stream then waits, and the kernel is never outrun.
    private const int MostCommandsWaiting = 1_024;

    private readonly OutcomeMapping _outcomes = new(namespaces);
    private readonly SemaphoreSlim _room = new(MostCommandsWaiting, MostCommandsWaiting);

    public void Dispose() => _room.Dispose();

    /// <summary>Goes on until the controller ends its side and everything is answered, or the session is ended.</summary>
    /// <exception cref="SessionRefusedException">The daemon ends the session, or a bid of it is refused.</exception>
    public async Task RunAsync(
        IAsyncStreamReader<ControlRequest> requests, IServerStreamWriter<ControlResponse> responses, CancellationToken cancellation)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var reading = ReadAsync(requests, ended.Token);
        var writing = WriteAsync(responses, ended.Token);
        var first = await Task.WhenAny(reading, writing);
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
        while (await session.Told.WaitToReadAsync(cancellation))
        {
            while (session.Told.TryRead(out var told))
            {
                await responses.WriteAsync(MessageOf(told), cancellation);
                if (told is CommandOutcome)
                    _room.Release();
            }
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
                    Take(request.Decision);
                    break;
                case ControlRequest.MessageOneofCase.Command:
                    await _room.WaitAsync(cancellation);
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
        var violations = new RequestViolations();
        if (bid.Role.Length > 0 && bid.Role != room.Role.Name)
            violations.Add("bid.role", $"must be the session's, which is {room.Role.Name}, and is {bid.Role}");
        violations.ThrowIfAny();
        await sessions.RaiseAsync(session, room, bid.ElectionId, cancellation);
    }

    private void Take(Decision decision)
    {
        var violations = new RequestViolations();
        var answer = Read(decision, violations);
        try
        {
            violations.ThrowIfAny();
        }
        catch (ControlPlaneException unreadable)
        {
            session.Tell(new DecisionOutcome(decision.DecisionId, new SessionRefusedException(SessionRefusal.Unreadable, unreadable.Message, unreadable), []));
            return;
        }

        session.NoteAnswer(decision.DecisionId);
        target.Answer(session, decision.DecisionId, answer!);
    }

    private DecisionAnswer? Read(Decision decision, RequestViolations violations)
    {
        switch (decision.AnswerCase)
        {
            case Decision.AnswerOneofCase.Commands when decision.Commands.Commands.Count > MostCommandsOfDecision:
                violations.Add("decision.commands", $"must be at most {MostCommandsOfDecision}, and are {decision.Commands.Commands.Count}");
                return null;
            case Decision.AnswerOneofCase.Commands:
                var orders = ImmutableArray.CreateBuilder<PathOrder>(decision.Commands.Commands.Count);
                for (var index = 0; index < decision.Commands.Commands.Count; index++)
                    orders.Add(Budgeted(OrderParsing.Read(decision.Commands.Commands[index], $"decision.commands[{index}]", NamespaceOf(decision.DecisionId))));
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
        var (served, problem) = FindNamespace(command.Namespace);
        var order = command.RequestId.Length > LongestRequestId
            ? new PathOrder.Refused(new SessionRefusedException(
                SessionRefusal.Unreadable, $"command.request_id must have at most {LongestRequestId} characters, and has {command.RequestId.Length}"))
            : problem ?? Budgeted(OrderParsing.Read(command.Command, "command.command", served!));
        var read = new ControllerCommand(
            command.CorrelationId, command.RequestId, served?.Name ?? command.Namespace, command.Token, command.ConnectionId, command.ValidateOnly, order);
        target.Command(session, read, () => room.Requests.Recall(read), outcome => room.Requests.Remember(read, outcome));
    }

    private (HostNamespace? Served, PathOrder? Problem) FindNamespace(string name)
    {
        try
        {
            return (namespaces.Require(name), null);
        }
        catch (ControlPlaneException unknown)
        {
            return (null, new PathOrder.Refused(unknown));
        }
    }

    private HostNamespace NamespaceOf(ulong decision) => session.FindNamespace(decision) is { } name && namespaces.Find(name) is { } served
        ? served
        : namespaces.Require("");

    private PathOrder Budgeted(PathOrder order) => order is not PathOrder.Refused && room.Budget.Take() is { } beyond ? new PathOrder.Refused(beyond) : order;
}
