using Grpc.Core;
using Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Client;

/// <summary>One stream of a controller, from its bid to its end.</summary>
sealed class ControllerSession(
    ControlPlaneClient client,
    PathController controller,
    PathControllerOptions options,
    DecisionDesk desk,
    CommandBook commands) : IDisposable
{
    // How long the daemon may take to answer what it was sent, when the controller ends.
    static readonly TimeSpan Linger = TimeSpan.FromSeconds(2);

    readonly CancellationTokenSource _cut = new(Timeout.InfiniteTimeSpan, options.Time);
    readonly CancellationTokenSource _end = new();
    readonly Lock _gate = new();
    readonly Dictionary<ulong, DecisionContext> _answered = [];
    SessionWriter _writer = null!;
    ControllerState _state = ControllerState.Disconnected;
    Task _bidding = Task.CompletedTask;
    bool _isBidding;

    /// <summary>True once the daemon has taken the bid.</summary>
    public bool HasOpened { get; private set; }

    /// <summary>Bids, and does what the daemon says until it ends the stream, which it does by itself once the token is cancelled.</summary>
    /// <exception cref="RpcException">The stream ended with an error.</exception>
    public async Task RunAsync(ulong electionId, Action opened, CancellationToken cancellationToken)
    {
        _state = _state with { ElectionId = electionId };
        var call = client.Sessions.Control(cancellationToken: _cut.Token);
        _writer = new SessionWriter(call.RequestStream);
        try
        {
            await using var stop = cancellationToken.UnsafeRegister(_ => Stop(), null);
            _writer.Write(Bid(electionId));
            while (await call.ResponseStream.MoveNext(CancellationToken.None))
            {
                if (call.ResponseStream.Current.Welcome is not null)
                    opened();
                Take(call.ResponseStream.Current);
            }
        }
        finally
        {
            call.Dispose();
            commands.Pause();
            desk.GiveUp(this, MissedDecisionCause.SessionEnded);
            if (HasOpened)
                controller.TellState(ControllerState.Disconnected);
            await _end.CancelAsync();
            await _bidding;
            await _writer.EndAsync();
        }
    }

    /// <summary>Answers a request.</summary>
    public void Answer(DecisionContext context, PathDecision decision)
    {
        var id = context.Request.DecisionId;
        lock (_gate)
            _answered[id] = context;
        _writer.Write(new ControlRequest { Decision = decision.ToMessage(id) });
    }

    public void Dispose()
    {
        _cut.Dispose();
        _end.Dispose();
    }

    ControlRequest Bid(ulong electionId) =>
        new() { Bid = new ControlBid { Role = options.Role, ElectionId = electionId, Name = options.Name } };

    void Stop()
    {
        desk.GiveUp(this, MissedDecisionCause.SessionEnded);
        _writer.Complete();
        _cut.CancelAfter(Linger);
    }

    void Take(ControlResponse response)
    {
        switch (response.MessageCase)
        {
            case ControlResponse.MessageOneofCase.Welcome:
                HasOpened = true;
                var welcome = response.Welcome;
                _state = _state with { IsConnected = true, SessionId = welcome.SessionId, Role = welcome.Role, Epoch = welcome.Epoch };
                commands.Open(welcome.Epoch);
                Take(welcome.Primary ?? new PrimaryChange());
                break;
            case ControlResponse.MessageOneofCase.Primary:
                Take(response.Primary);
                break;
            case ControlResponse.MessageOneofCase.DecisionRequest:
                desk.Take(this, response.DecisionRequest);
                break;
            case ControlResponse.MessageOneofCase.DecisionResult:
                Take(response.DecisionResult);
                break;
            case ControlResponse.MessageOneofCase.CommandResult:
                commands.Answer(response.CommandResult);
                break;
        }
    }

    void Take(PrimaryChange change)
    {
        var wasPrimary = _state.IsPrimary;
        lock (_gate)
        {
            _state = _state with
            {
                IsPrimary = change.IsSelf,
                Primary = change.Primary,
                HighestElectionId = change.HighestElectionId,
                ElectionId = change.IsSelf && change.Primary is { ElectionId: not 0 } self ? self.ElectionId : _state.ElectionId,
            };
        }

        if (change.IsSelf)
            commands.Resume(_writer);
        else if (change.Primary is null && MayBecomePrimary)
            commands.Pause();
        else
            commands.Refuse(_writer, NotPrimary(change));
        if (wasPrimary && !change.IsSelf)
            desk.GiveUp(this, MissedDecisionCause.Deposed);
        controller.TellState(_state);
        if (options.ElectionId is null && BeginsBidding())
            _bidding = Task.WhenAll(_bidding, BidForVacancyAsync());
    }

    void Take(DecisionResult result)
    {
        DecisionContext? context;
        lock (_gate)
        {
            if (!_answered.Remove(result.DecisionId, out context))
                return;
        }

        if (result.Error is null)
        {
            controller.TellDecided(context, result);
            return;
        }

        var error = ControlPlaneError.From(result.Error);
        var cause = error.Reason == ErrorReason.DecisionLate ? MissedDecisionCause.Late : MissedDecisionCause.Refused;
        controller.TellMissed(new MissedDecision(context, cause, error));
    }

    bool IsVacant => _state is { IsConnected: true, IsPrimary: false, Primary: null };

    bool MayBecomePrimary => options.ElectionId is not { } id || id >= _state.HighestElectionId;

    ControlPlaneError NotPrimary(PrimaryChange change) => new()
    {
        Origin = ControlPlaneErrorOrigin.Caller,
        StatusCode = StatusCode.FailedPrecondition,
        Reason = ErrorReason.NotPrimary,
        ReasonName = "NOT_PRIMARY",
        Domain = ControlPlaneError.ControlDomain,
        Message = change.Primary is { } primary
            ? $"another controller, '{primary.Name}' with the election id {primary.ElectionId}, is primary of the role '{options.Role}'"
            : $"the role '{options.Role}' has no primary, and its highest election id, {change.HighestElectionId}, is above this one's",
    };

    bool BeginsBidding()
    {
        lock (_gate)
            return IsVacant && !_isBidding && (_isBidding = true);
    }

    async Task BidForVacancyAsync()
    {
        try
        {
            await Task.Delay(options.LongestBidDelay * options.Draw(), options.Time, _end.Token);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        lock (_gate)
        {
            _isBidding = false;
            if (!IsVacant)
                return;
            _state = _state with { ElectionId = Election.Above(_state.HighestElectionId) };
            _writer.Enqueue(Bid(_state.ElectionId));
        }

        _writer.Flush();
    }
}
