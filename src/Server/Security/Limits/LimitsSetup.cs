using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Mptcp.ControlPlane.Server.Hosting;
using Mptcp.ControlPlane.Server.Security.Limits.Connections;

namespace Mptcp.ControlPlane.Server.Security.Limits;

/// <summary>Has the limits hold: for connections, for calls and for messages.</summary>
internal static class LimitsSetup
{
    public static void AddLimits(this IServiceCollection services)
    {
        services.AddSingleton(provider => new LimitsInForce(provider.GetRequiredService<DaemonOptions>().Limits));
        services.AddSingleton<LimitReports>();
        services.AddSingleton<ConnectionLedger>();
        services.AddSingleton<ConnectionGate>();
        services.AddSingleton<IConnectionListenerFactory, GuardedTransport>();
        services.AddSingleton<CallerLedger>();
        services.AddSingleton<CallGate>();
        services.AddSingleton<CallerRequests>();
        services.AddSingleton<MessageSizeInterceptor>();
    }

    /// <summary>For connections. What endpoints add of their own, as TLS, comes after it.</summary>
    public static void ApplyLimits(this KestrelServerOptions kestrel, LimitRules rules)
    {
        // Beyond twice as much Kestrel ends the connection; below, there is an answer that says why.
        kestrel.Limits.MaxRequestHeadersTotalSize = 2 * rules.HeaderBytes;
        kestrel.Limits.Http2.MaxRequestHeaderFieldSize = 2 * rules.HeaderBytes;
        kestrel.Limits.RequestHeadersTimeout = rules.FirstByte;
        var gate = kestrel.ApplicationServices.GetRequiredService<ConnectionGate>();
        kestrel.ConfigureEndpointDefaults(endPoint =>
        {
            // HTTP/2 alone: without TLS there is nothing by which the two ends could agree on a version.
            endPoint.Protocols = HttpProtocols.Http2;
            endPoint.Use(next => connection => gate.PassAsync(connection, next));
        });
    }

    /// <summary>For calls. It must come first: what it refuses, nothing else is to hear of.</summary>
    public static void UseLimits(this WebApplication application)
    {
        var gate = application.Services.GetRequiredService<CallGate>();
        application.Use((http, next) => gate.PassAsync(http, next));
    }
}
