using Grpc.Core;
using Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Client;

/// <summary>
/// A program that decides about the connections that policies delegate to a role. Whoever writes one overrides what he decides
/// about, or hands one function to <see cref="Create"/>. Sessions, their breaks, elections, deadlines and the order of things are
/// seen to here.
/// </summary>
/// <remarks>
/// <para>
/// The methods that decide are called in the thread that reads from the daemon, so that what needs no waiting is answered at once;
/// nothing else is read meanwhile. What takes time is awaited, with up to
/// <see cref="PathControllerOptions.MaxConcurrentDecisions"/> decisions at once, never two of a connection. They are given a token that
/// is cancelled when the answer is of no use any more; then none is sent. What they throw goes to <see cref="OnError"/>, and leaves
/// the connection to <see cref="PathControllerOptions.StrategyOnFailure"/> or the fallback of its policy.
/// </para>
/// <para>
/// A request may have several reasons. The method of each cause is called once, in their order, and all that they command is done;
/// <see cref="DecideAsync"/>, to which those lead that are not overridden, is called once for a request.
/// </para>
/// </remarks>
public abstract partial class PathController
{
    readonly PathControllerOptions _options;
    readonly ControlPlaneClient _client;
    readonly CommandBook _commands = new();
    readonly Lock _gate = new();
    TaskCompletionSource _isPrimary = NewWait();
    volatile ControllerState _state = ControllerState.Disconnected;
    int _hasRun;

    /// <summary>Makes a controller, which does nothing until <see cref="RunAsync"/>.</summary>
    /// <param name="client">The daemon. Its channel is used; it is not disposed of here.</param>
    /// <param name="options">Which role, and how.</param>
    /// <exception cref="ArgumentException">The options are wrong; the message lists every violation.</exception>
    protected PathController(ControlPlaneClient client, PathControllerOptions options)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _client = client;
        _options = options;
    }

    /// <summary>Where the controller stands.</summary>
    public ControllerState State => _state;

    /// <summary>True while the controller is primary of its role.</summary>
    public bool IsPrimary => _state.IsPrimary;

    /// <summary>Makes a controller of one function.</summary>
    /// <param name="client">The daemon. Its channel is used; it is not disposed of here.</param>
    /// <param name="options">Which role, and how.</param>
    /// <param name="decide">Decides, as <see cref="DecideAsync"/> does.</param>
    /// <exception cref="ArgumentException">The options are wrong; the message lists every violation.</exception>
    public static PathController Create(
        ControlPlaneClient client,
        PathControllerOptions options,
        Func<DecisionContext, CancellationToken, ValueTask<PathDecision>> decide)
    {
        ArgumentNullException.ThrowIfNull(decide);
        return new FunctionController(client, options, decide);
    }

    /// <summary>Plays the role until the token is cancelled. A controller runs once.</summary>
    /// <param name="cancellationToken">
    /// Ends it in order: decisions that are under way are given up, and commands that were sent are waited for, 2 seconds at most.
    /// </param>
    /// <exception cref="OperationCanceledException">The token was cancelled, and everything has ended.</exception>
    /// <exception cref="RpcException">
    /// The daemon refused the session (<see cref="ControlPlaneError.From(RpcException)"/> says why: a role that it does not know,
    /// say), the first attempt to reach it failed, or it was time to give up (<see cref="PathControllerOptions.Reconnection"/>).
    /// </exception>
    /// <exception cref="InvalidOperationException">It runs already, or has run.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Exchange(ref _hasRun, 1) != 0)
            throw new InvalidOperationException("A controller runs once: make another one.");
        try
        {
            await new ControllerLoop(_client, this, _options, _commands).RunAsync(cancellationToken);
        }
        finally
        {
            lock (_gate)
                _isPrimary.TrySetException(new InvalidOperationException("The controller has ended."));
        }
    }

    /// <summary>Waits until the controller is primary.</summary>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="InvalidOperationException">The controller has ended.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Task WaitForPrimaryAsync(CancellationToken cancellationToken = default)
    {
        lock (_gate)
            return _isPrimary.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Has a command done for a connection.</summary>
    /// <param name="connection">The connection, as a decision has it.</param>
    /// <param name="command">The command; see <see cref="PathActions"/>.</param>
    /// <param name="cancellationToken">Ends the waiting; a command that was not sent by then will not be.</param>
    /// <inheritdoc cref="SendAsync(ControlCommand, CancellationToken)"/>
    public Task<PathCommandResult> SendAsync(Connection connection, PathCommand command, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(command);
        var request = new ControlCommand
        {
            Namespace = connection.Namespace,
            Token = connection.Token,
            ConnectionId = connection.Id,
            Command = command,
        };
        return SendAsync(request, cancellationToken);
    }

    /// <summary>
    /// Has a command done. Commands are done in the order in which they are sent, and none waits for the answer to another. One that
    /// was not answered when a session broke is sent again in the next one, once the controller is primary there; it is not done
    /// twice. While there is no session, or no primary, it waits.
    /// </summary>
    /// <param name="command">
    /// The command with its connection. The <c>correlation_id</c> is chosen here, and the <c>request_id</c> too where it is empty.
    /// </param>
    /// <param name="cancellationToken">Ends the waiting; a command that was not sent by then will not be.</param>
    /// <returns>What came of it.</returns>
    /// <exception cref="CommandRefusedException">The daemon or the kernel refused it, or another controller is primary: nothing was done.</exception>
    /// <exception cref="CommandOutcomeUnknownException">
    /// It was sent, and then the daemon was restarted, another controller took over in a break, or this one ended.
    /// </exception>
    /// <exception cref="InvalidOperationException">The controller has ended, and it was not sent.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Task<PathCommandResult> SendAsync(ControlCommand command, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(command);
        return _commands.SendAsync(command, cancellationToken);
    }

    /// <summary>Decides about a connection, whatever the reason. Unless it is overridden, nothing is done.</summary>
    /// <param name="context">What is asked.</param>
    /// <param name="cancellationToken">Cancelled when the answer is of no use any more: its time is over, or another is primary.</param>
    protected virtual ValueTask<PathDecision> DecideAsync(DecisionContext context, CancellationToken cancellationToken) =>
        ValueTask.FromResult(PathDecision.Nothing);

    /// <summary>Decides about a connection that was established, or as a client's is about to be.</summary>
    /// <inheritdoc cref="DecideAsync"/>
    protected virtual ValueTask<PathDecision> OnEstablishedAsync(DecisionContext context, CancellationToken cancellationToken) =>
        DecideOnceAsync(context, cancellationToken);

    /// <summary>Decides about a connection that somebody else decided about until now.</summary>
    /// <inheritdoc cref="DecideAsync"/>
    protected virtual ValueTask<PathDecision> OnHandedOverAsync(DecisionContext context, CancellationToken cancellationToken) =>
        DecideOnceAsync(context, cancellationToken);

    /// <summary>Decides when the peer has announced an address, which the reason has.</summary>
    /// <inheritdoc cref="DecideAsync"/>
    protected virtual ValueTask<PathDecision> OnAddressAnnouncedAsync(DecisionContext context, CancellationToken cancellationToken) =>
        DecideOnceAsync(context, cancellationToken);

    /// <summary>Decides when the peer has taken an address back, which the reason has.</summary>
    /// <inheritdoc cref="DecideAsync"/>
    protected virtual ValueTask<PathDecision> OnAddressRemovedAsync(DecisionContext context, CancellationToken cancellationToken) =>
        DecideOnceAsync(context, cancellationToken);

    /// <summary>Decides when a subflow has ended, which the reason has, but by a command of the controller.</summary>
    /// <inheritdoc cref="DecideAsync"/>
    protected virtual ValueTask<PathDecision> OnSubflowClosedAsync(DecisionContext context, CancellationToken cancellationToken) =>
        DecideOnceAsync(context, cancellationToken);

    /// <summary>Decides when a subflow could not be made, which the reason has.</summary>
    /// <inheritdoc cref="DecideAsync"/>
    protected virtual ValueTask<PathDecision> OnSubflowFailedAsync(DecisionContext context, CancellationToken cancellationToken) =>
        DecideOnceAsync(context, cancellationToken);

    /// <summary>Decides when a subflow was established, which the reason has, that a fallback had begun to make.</summary>
    /// <inheritdoc cref="DecideAsync"/>
    protected virtual ValueTask<PathDecision> OnSubflowAppearedAsync(DecisionContext context, CancellationToken cancellationToken) =>
        DecideOnceAsync(context, cancellationToken);

    /// <summary>Decides when subflows can begin from an address of this host, which the reason has.</summary>
    /// <inheritdoc cref="DecideAsync"/>
    protected virtual ValueTask<PathDecision> OnLocalAddressUpAsync(DecisionContext context, CancellationToken cancellationToken) =>
        DecideOnceAsync(context, cancellationToken);

    /// <summary>Decides when subflows can begin from an address of this host, which the reason has, no longer.</summary>
    /// <inheritdoc cref="DecideAsync"/>
    protected virtual ValueTask<PathDecision> OnLocalAddressDownAsync(DecisionContext context, CancellationToken cancellationToken) =>
        DecideOnceAsync(context, cancellationToken);

    /// <summary>Told when a session opens or ends, and when another controller, or none, becomes primary.</summary>
    /// <param name="state">Where the controller stands now.</param>
    protected virtual void OnPrimaryChanged(ControllerState state) => _options.OnPrimaryChanged?.Invoke(state);

    /// <summary>Told of a decision that the daemon has accepted.</summary>
    /// <param name="context">What was asked.</param>
    /// <param name="result">What came of its commands.</param>
    protected virtual void OnDecided(DecisionContext context, DecisionResult result) => _options.OnDecided?.Invoke(context, result);

    /// <summary>Told of a request that was left without an answer that holds.</summary>
    /// <param name="missed">The request, and why.</param>
    protected virtual void OnMissed(MissedDecision missed) => _options.OnMissed?.Invoke(missed);

    /// <summary>Told of what the controller's own code throws.</summary>
    /// <param name="exception">What was thrown.</param>
    /// <param name="context">The decision that was to be made; null where the code was told something.</param>
    protected virtual void OnError(Exception exception, DecisionContext? context) => _options.OnError?.Invoke(exception, context);
}
