using Grpc.Health.V1;
using Grpc.HealthCheck;
using Grpc.Reflection;
using RpcService = Google.Protobuf.Reflection.ServiceDescriptor;

namespace Mptcp.ControlPlane.Server.Hosting;

/// <summary>The services that gRPC itself defines: health, and reflection in both of its versions.</summary>
internal static class StandardServices
{
    private const string WholeServer = "";

    /// <summary>Adds them for the services that the daemon serves.</summary>
    public static void AddStandardServices(this IServiceCollection services, IReadOnlyList<RpcService> served)
    {
        services.AddSingleton<HealthServiceImpl>();

        // Grpc.AspNetCore.Server.Reflection finds the services by run-time reflection, which trimming forbids; here they are known.
        RpcService[] described = [.. served, Health.Descriptor];
        var registry = SymbolRegistry.FromFiles(described.Select(service => service.File));
        services.AddSingleton(new ReflectionServiceImpl(described.Select(service => service.FullName), registry));
        services.AddSingleton(new ReflectionV1ServiceImpl(described.Select(service => service.FullName), registry));
    }

    public static void MapStandardServices(this IEndpointRouteBuilder routes)
    {
        routes.MapGrpcService<HealthServiceImpl>();
        routes.MapGrpcService<ReflectionServiceImpl>();
        routes.MapGrpcService<ReflectionV1ServiceImpl>();
    }

    /// <summary>
    /// Says that every service, and the server as a whole, is there. That it is going needs no saying: every stream, a
    /// watch of the health too, then ends as UNAVAILABLE.
    /// </summary>
    public static void SetServing(this HealthServiceImpl health, IReadOnlyList<RpcService> served)
    {
        foreach (var service in served.Select(service => service.FullName).Append(WholeServer))
            health.SetStatus(service, HealthCheckResponse.Types.ServingStatus.Serving);
    }
}
