using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using Grpc.Core;
using Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Client;

/// <summary>A watch that goes on where it was when its stream breaks.</summary>
/// <param name="open">Opens a stream; it does so at the first step.</param>
/// <param name="reconnection">How to go on.</param>
sealed class ResilientWatch(
    Func<WatchRequest, CancellationToken, IAsyncEnumerable<WatchResponse>> open,
    WatchReconnection reconnection)
{
    public async IAsyncEnumerable<WatchResponse> RunAsync(
        WatchRequest request,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var place = new WatchPlace(request.Clone());
        var backoff = new Backoff(reconnection);
        while (true)
        {
            // Told with the first message, so that failing attempts do not tell it again and again.
            var beginsAgain = place.MustBeginAgain;
            RpcException? failure = null;
            await using (var stream = open(place.Open(), cancellationToken).GetAsyncEnumerator(cancellationToken))
            {
                while (true)
                {
                    try
                    {
                        if (!await stream.MoveNextAsync())
                            break;
                    }
                    catch (RpcException e) when (Backoff.IsAway(e) && GoesOn(place))
                    {
                        failure = e;
                        break;
                    }

                    backoff.Reset();
                    if (beginsAgain)
                    {
                        beginsAgain = false;
                        yield return Passed(place, new WatchResponse { Lost = new Lost() });
                    }

                    yield return Passed(place, stream.Current);
                }
            }

            if (failure is null || place.IsComplete)
                yield break;
            if (backoff.Next(failure) is not { } interruption)
            {
                ExceptionDispatchInfo.Throw(failure);
                yield break;
            }

            reconnection.Reconnecting?.Invoke(interruption);
            await Task.Delay(interruption.Delay, reconnection.Time, cancellationToken);
        }
    }

    bool GoesOn(WatchPlace place) => (place.HasBegun || reconnection.WaitForDaemon) && !place.EndsHere;

    static WatchResponse Passed(WatchPlace place, WatchResponse message)
    {
        place.Pass(message);
        return message;
    }
}
