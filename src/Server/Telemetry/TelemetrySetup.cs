using Mptcp.ControlPlane.Server.Hosting;
using OpenTelemetry;
using OpenTelemetry.Resources;

namespace Mptcp.ControlPlane.Server.Telemetry;

/// <summary>Metrics, traces and the log: made always, for what nobody listens to costs next to nothing; sent only where to is set.</summary>
internal static class TelemetrySetup
{
    // What OpenTelemetry's specification calls them.
    private const string EndpointVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string ServiceNameVariable = "OTEL_SERVICE_NAME";

    // ASP.NET Core's own names.
    private const string CallSource = "Microsoft.AspNetCore";
    private const string ConnectionMeter = "Microsoft.AspNetCore.Server.Kestrel";

    public static void AddDaemonTelemetry(this WebApplicationBuilder builder, DaemonOptions options)
    {
        builder.Services.AddMetrics();
        builder.Services.AddSingleton<ServerMetrics>();
        builder.Services.AddSingleton<KernelRequestObserver>();

        // The exporter takes all of its settings (protocol, headers, time-outs) from these variables.
        builder.Configuration.AddEnvironmentVariables();
        if (options.OtlpEndpoint is { } endpoint)
            builder.Configuration.AddInMemoryCollection([new(EndpointVariable, endpoint.AbsoluteUri)]);
        if (string.IsNullOrEmpty(builder.Configuration[EndpointVariable]))
            return;

        builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(
                builder.Configuration[ServiceNameVariable] ?? DaemonCommand.Name, serviceVersion: DaemonVersion.Text))
            .WithMetrics(metrics => metrics.AddMeter(ServerMetrics.MeterName, ConnectionMeter))
            .WithTracing(traces => traces.AddSource(CallSource, KernelRequestObserver.SourceName))
            .UseOtlpExporter();
    }
}
