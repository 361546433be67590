using Grpc.AspNetCore.Server.Model;
using Grpc.Core;
using Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Server.Services.Watching;

/// <summary>
/// Binds <see cref="EventGrpcService"/>. What protoc generates would have it answer with messages that are made and encoded for
/// each watcher anew; here they are <see cref="WatchMessage"/>s.
/// </summary>
internal sealed class EventServiceMethods : IServiceMethodProvider<EventGrpcService>
{
    private static readonly Method<WatchRequest, WatchMessage> Watch = new(
        MethodType.ServerStreaming,
        EventService.Descriptor.FullName,
        nameof(EventGrpcService.Watch),
        Marshallers.Create<WatchRequest>(
            static (request, context) => context.Complete(Google.Protobuf.MessageExtensions.ToByteArray(request)),
            static context => WatchRequest.Parser.ParseFrom(context.PayloadAsReadOnlySequence())),
        WatchMessage.Marshaller);

    public void OnServiceMethodDiscovery(ServiceMethodProviderContext<EventGrpcService> context)
        => context.AddServerStreamingMethod(Watch, [], static (service, request, responses, call) => service.Watch(request, responses, call));
}
