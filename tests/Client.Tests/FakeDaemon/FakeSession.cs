using System.Threading.Channels;
using Grpc.Core;
using Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Testing;

/// <summary>The daemon's side of a controller's session, in the hands of a test.</summary>
sealed class FakeSession(IAsyncStreamReader<ControlRequest> requests, IServerStreamWriter<ControlResponse> responses, ServerCallContext context)
{
    readonly Channel<ControlRequest> _requests = Channel.CreateUnbounded<ControlRequest>();
    readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    volatile bool _isHeld;

    /// <summary>Completes when the controller has ended its side.</summary>
    public Task Ended => _requests.Reader.Completion;

    /// <summary>The next thing that the controller says.</summary>
    public async Task<ControlRequest> NextAsync() => await _requests.Reader.ReadAsync(TestContext.Current.CancellationToken);

    /// <summary>The next thing that the controller says, which must be a decision.</summary>
    public async Task<Decision> NextDecisionAsync() => Assert.IsType<Decision>((await NextAsync()).Decision);

    /// <summary>The next thing that the controller says, which must be a command.</summary>
    public async Task<ControlCommand> NextCommandAsync() => Assert.IsType<ControlCommand>((await NextAsync()).Command);

    /// <summary>The next thing that the controller says, which must be a bid.</summary>
    public async Task<ControlBid> NextBidAsync() => Assert.IsType<ControlBid>((await NextAsync()).Bid);

    /// <summary>Says whether the controller has said nothing that was not read.</summary>
    public bool IsSilent => !_requests.Reader.TryPeek(out _);

    public Task WelcomeAsync(PrimaryChange primary, string epoch = "e1") =>
        responses.WriteAsync(new ControlResponse { Welcome = new ControlWelcome { SessionId = 1, Primary = primary, Epoch = epoch } });

    public Task TellPrimaryAsync(PrimaryChange primary) => responses.WriteAsync(new ControlResponse { Primary = primary });

    public Task AskAsync(DecisionRequest request) => responses.WriteAsync(new ControlResponse { DecisionRequest = request });

    public Task TellAsync(DecisionResult result) => responses.WriteAsync(new ControlResponse { DecisionResult = result });

    public Task AnswerAsync(ulong correlationId, PathCommandResult? result = null) => responses.WriteAsync(new ControlResponse
    {
        CommandResult = new ControlCommandResult { CorrelationId = correlationId, Result = result ?? new PathCommandResult() },
    });

    /// <summary>Ends the session with an error, or in order.</summary>
    public void End(RpcException? error = null)
    {
        if (error is null)
            _end.TrySetResult();
        else
            _end.TrySetException(error);
    }

    /// <summary>Ends the session as a daemon does that stops.</summary>
    public void Break() => End(Refusal.Of(StatusCode.Unavailable, "the daemon stops", "SHUTTING_DOWN"));

    /// <summary>Does not end the session when the controller has ended its side, but when the test does.</summary>
    public void HoldOpen() => _isHeld = true;

    /// <summary>Breaks the stream without a word.</summary>
    public void Abort() => context.GetHttpContext().Abort();

    /// <summary>Listens until the controller, or the test, ends the session.</summary>
    public async Task RunAsync()
    {
        using var over = new CancellationTokenSource();
        var listening = ListenAsync(over.Token);
        try
        {
            await await Task.WhenAny(listening, _end.Task);
            if (_isHeld)
                await _end.Task;
        }
        finally
        {
            // The server has further calls use what this one was read from: nobody may be reading there any more.
            await over.CancelAsync();
            await listening;
        }
    }

    async Task ListenAsync(CancellationToken over)
    {
        try
        {
            while (await requests.MoveNext(over))
                _requests.Writer.TryWrite(requests.Current);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or InvalidOperationException)
        {
            // The stream is broken.
        }
        finally
        {
            _requests.Writer.Complete();
        }
    }
}
