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
    /// <param name="services">Where to add them.</param>
    /// <param name="served">
    /// Tells the services. Their descriptors take megabytes, so nobody asks for them before somebody calls for reflection.
    /// </param>
    public static void AddStandardServices(this IServiceCollection services, Func<IEnumerable<RpcService>> served)
    {
        services.AddSingleton<HealthServiceImpl>();

        // Grpc.AspNetCore.Server.Reflection finds the services by run-time reflection, which trimming forbids; here they are known.
        var described = new Lazy<(IEnumerable<string> Names, SymbolRegistry Registry)>(() =>
        {
            RpcService[] all = [.. served(), Health.Descriptor];
            return (all.Select(service => service.FullName), SymbolRegistry.FromFiles(all.Select(service => service.File)));
        });
        services.AddSingleton(_ => new ReflectionServiceImpl(described.Value.Names, described.Value.Registry));
        services.AddSingleton(_ => new ReflectionV1ServiceImpl(described.Value.Names, described.Value.Registry));
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
    /// <param name="health">The service to tell.</param>
    /// <param name="served">The full names of the services.</param>
    public static void SetServing(this HealthServiceImpl health, IEnumerable<string> served)
    {
        foreach (var service in served.Append(WholeServer))
            health.SetStatus(service, HealthCheckResponse.Types.ServingStatus.Serving);
    }
}
