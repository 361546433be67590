using Grpc.Core;

namespace Mptcp.ControlPlane.Server.Services.Calls;

/// <summary>A caller's stream whose wait for the next message ends when the daemon stops, also for services that pass no token.</summary>
internal sealed class StoppingStreamReader<T>(IAsyncStreamReader<T> stream, CancellationToken cancelledOrStopping) : IAsyncStreamReader<T>
{
    public T Current => stream.Current;

    // Without a token, the wait ends with the caller's stream alone.
    public Task<bool> MoveNext(CancellationToken cancellationToken)
        => stream.MoveNext(cancellationToken.CanBeCanceled ? cancellationToken : cancelledOrStopping);
}
