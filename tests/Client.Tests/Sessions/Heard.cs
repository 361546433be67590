using System.Threading.Channels;
using Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Client.Tests.Sessions;

/// <summary>What a controller is told, each kind in order.</summary>
sealed class Heard
{
    readonly Channel<ControllerState> _states = Channel.CreateUnbounded<ControllerState>();
    readonly Channel<DecisionResult> _results = Channel.CreateUnbounded<DecisionResult>();
    readonly Channel<MissedDecision> _missed = Channel.CreateUnbounded<MissedDecision>();
    readonly Channel<(Exception Exception, ulong? DecisionId)> _errors = Channel.CreateUnbounded<(Exception, ulong?)>();

    public Task<ControllerState> NextStateAsync() => NextAsync(_states);

    public Task<DecisionResult> NextResultAsync() => NextAsync(_results);

    public Task<MissedDecision> NextMissedAsync() => NextAsync(_missed);

    public Task<(Exception Exception, ulong? DecisionId)> NextErrorAsync() => NextAsync(_errors);

    /// <summary>True when nothing was missed that was not read.</summary>
    public bool MissedNothing => !_missed.Reader.TryPeek(out _);

    /// <summary>Options of a controller that bids 5, and tells everything here.</summary>
    public PathControllerOptions Options(
        WatchReconnection reconnection,
        int maxConcurrentDecisions = 64,
        PathStrategy? strategyOnFailure = null) => new()
        {
            Role = "edge",
            ElectionId = 5,
            Reconnection = reconnection,
            MaxConcurrentDecisions = maxConcurrentDecisions,
            StrategyOnFailure = strategyOnFailure,
            OnPrimaryChanged = state => _states.Writer.TryWrite(state),
            OnDecided = (_, result) => _results.Writer.TryWrite(result),
            OnMissed = missed => _missed.Writer.TryWrite(missed),
            OnError = (exception, context) => _errors.Writer.TryWrite((exception, context?.Request.DecisionId)),
        };

    static async Task<T> NextAsync<T>(Channel<T> channel) => await channel.Reader.ReadAsync(TestContext.Current.CancellationToken);
}
