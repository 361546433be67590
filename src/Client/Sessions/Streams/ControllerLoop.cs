using System.Runtime.ExceptionServices;
using Grpc.Core;
using Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Client;

/// <summary>A controller's sessions, one after the other.</summary>
sealed class ControllerLoop(ControlPlaneClient client, PathController controller, PathControllerOptions options, CommandBook commands)
{
    readonly Election _election = new(client, options);
    readonly DecisionDesk _desk = new(controller, options);
    readonly Backoff _backoff = new(options.Reconnection);
    bool _hasBegun;

    /// <summary>Goes on until the token is cancelled, or an error comes that is no matter of time.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                var failure = await RunOnceAsync(cancellationToken);
                cancellationToken.ThrowIfCancellationRequested();
                if (!GoesOn(failure) || _backoff.Next(failure) is not { } interruption)
                {
                    ExceptionDispatchInfo.Throw(failure);
                    return;
                }

                options.Reconnection.Reconnecting?.Invoke(interruption);
                await Task.Delay(interruption.Delay, options.Time, cancellationToken);
            }
        }
        finally
        {
            commands.End();
            await _desk.EndAsync();
        }
    }

    async Task<RpcException> RunOnceAsync(CancellationToken cancellationToken)
    {
        try
        {
            var electionId = await _election.ChooseAsync(cancellationToken);
            using var session = new ControllerSession(client, controller, options, _desk, commands);
            await session.RunAsync(electionId, Opened, cancellationToken);
            return new RpcException(new Status(StatusCode.Unavailable, "the daemon ended the session"));
        }
        catch (RpcException e)
        {
            return e;
        }
    }

    void Opened()
    {
        _hasBegun = true;
        _backoff.Reset();
    }

    bool GoesOn(RpcException failure)
    {
        var reason = ControlPlaneError.From(failure).Reason;
        if (reason == ErrorReason.ElectionIdInUse && _election.IsAutomatic)
            return true;

        // A fixed id may be in use by the session before, of which the daemon has not heard yet that it is over.
        return (_hasBegun || options.Reconnection.WaitForDaemon)
            && (Backoff.IsAway(failure)
                || failure.StatusCode == StatusCode.DeadlineExceeded
                || reason is ErrorReason.TooManySessions or ErrorReason.ElectionIdInUse);
    }
}
