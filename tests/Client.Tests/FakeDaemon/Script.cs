using System.Collections.Concurrent;
using Google.Protobuf;
using Grpc.Core;
using Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Testing;

/// <summary>What a fake daemon is to do, and what it was asked.</summary>
sealed class Script
{
    readonly ConcurrentDictionary<Type, Func<IMessage, ServerCallContext, Task<IMessage>>> _answers = [];
    readonly ConcurrentDictionary<Type, Func<IMessage, object, ServerCallContext, Task>> _streams = [];
    readonly ConcurrentQueue<IMessage> _requests = [];

    public IReadOnlyList<IMessage> Requests => [.. _requests];

    public Func<WatchRequest, IServerStreamWriter<WatchResponse>, ServerCallContext, Task>? Watch { get; set; }

    public void Set<TRequest>(Func<IMessage, ServerCallContext, Task<IMessage>> answer) => _answers[typeof(TRequest)] = answer;

    public void SetStream<TRequest>(Func<IMessage, object, ServerCallContext, Task> stream) => _streams[typeof(TRequest)] = stream;

    public async Task<TResponse> AnswerAsync<TResponse>(IMessage request, ServerCallContext context)
    {
        _requests.Enqueue(request);
        return _answers.TryGetValue(request.GetType(), out var answer)
            ? (TResponse)await answer(request, context)
            : throw NotInTheScript(request);
    }

    public Task WatchAsync(WatchRequest request, IServerStreamWriter<WatchResponse> responses, ServerCallContext context)
    {
        _requests.Enqueue(request);
        return Watch?.Invoke(request, responses, context) ?? throw NotInTheScript(request);
    }

    public Task StreamAsync<TResponse>(IMessage request, IServerStreamWriter<TResponse> responses, ServerCallContext context)
    {
        _requests.Enqueue(request);
        return _streams.TryGetValue(request.GetType(), out var stream)
            ? stream(request, responses, context)
            : throw NotInTheScript(request);
    }

    static RpcException NotInTheScript(IMessage request) =>
        new(new Status(StatusCode.Internal, $"the test does not say how to answer {request.Descriptor.Name}"));
}
