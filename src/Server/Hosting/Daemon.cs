using System.Runtime.InteropServices;
using Grpc.AspNetCore.Server.Model;
using Grpc.HealthCheck;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Hosting.Privileges;
using Mptcp.ControlPlane.Server.Hosting.Supervision;
using Mptcp.ControlPlane.Server.Kernel;
using Mptcp.ControlPlane.Server.Kernel.Commands;
using Mptcp.ControlPlane.Server.Kernel.Namespaces;
using Mptcp.ControlPlane.Server.Kernel.Surveys;
using Mptcp.ControlPlane.Server.Kernel.Tuning;
using Mptcp.ControlPlane.Server.Policies;
using Mptcp.ControlPlane.Server.Policies.Revisions;
using Mptcp.ControlPlane.Server.Security;
using Mptcp.ControlPlane.Server.Security.Audit;
using Mptcp.ControlPlane.Server.Security.Calls;
using Mptcp.ControlPlane.Server.Security.Certificates;
using Mptcp.ControlPlane.Server.Security.Limits;
using Mptcp.ControlPlane.Server.Security.Tokens;
using Mptcp.ControlPlane.Server.Services;
using Mptcp.ControlPlane.Server.Services.Calls;
using Mptcp.ControlPlane.Server.Services.Watching;
using Mptcp.ControlPlane.Server.Sessions;
using Mptcp.ControlPlane.Server.State;
using Mptcp.ControlPlane.Server.Telemetry;
using Mptcp.Native.Interop;
using RpcService = Google.Protobuf.Reflection.ServiceDescriptor;

namespace Mptcp.ControlPlane.Server.Hosting;

/// <summary>The daemon from its start to its end.</summary>
internal sealed class Daemon : IAsyncDisposable
{
    // Calls end within milliseconds of the daemon's being told to stop. Kestrel then waits for callers who have not closed
    // their side of a stream, which they need not do to know that it is over.
    private static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(2);

    // A watcher that comes back may name 100,000 connections that it knows, with the names of their namespaces.
    private const int LongestWatchRequest = 16 * 1024 * 1024;

    // What clients see of the daemon; health and reflection tell of the same.
    private static readonly string[] ServedNames =
    [
        .. new[]
        {
            nameof(NodeService), nameof(EndpointService), nameof(ConnectionService), nameof(EventService), nameof(DiagnosticsService),
            nameof(PolicyService), nameof(SessionService), nameof(AuditService),
        }.Select(name => $"mptcp.control.v1.{name}"),
    ];

    private readonly WebApplication _application;
    private readonly ControlSocket _controlSocket;

    private Daemon(WebApplication application, ControlSocket controlSocket)
    {
        _application = application;
        _controlSocket = controlSocket;
    }

    /// <summary>Where it serves, with the port it really got: <c>unix:/run/…</c>, <c>http://127.0.0.1:7600</c>.</summary>
    public IReadOnlyList<string> Addresses => [.. _application.Urls.Select(url => url.Replace("http://unix:", "unix:", StringComparison.Ordinal))];

    /// <summary>Runs a daemon until a signal ends it.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(DaemonOptions options)
    {
        // Nothing is open yet, and no thread but this one matters.
        var privileges = LeastPrivilege.Settle(options);
        var launch = new DaemonLaunch { Supervision = SupervisionSettings.TakeFromEnvironment(), Privileges = privileges };
        // A daemon has no terminal whose end it should follow; it is asked to read its configuration again.
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
        {
            signal.Cancel = true;
            launch.Reloads.Add();
        });
        try
        {
            await using var daemon = await StartAsync(options, launch: launch);
            return await daemon.WaitAsync();
        }
        catch (OperationCanceledException)
        {
            // A signal came before the start was over.
            return 0;
        }
    }

    /// <summary>Starts a daemon.</summary>
    /// <param name="options">How it shall run.</param>
    /// <param name="configureLogging">What else shall hear its log.</param>
    /// <param name="launch">How its process was started; null where it is part of another.</param>
    /// <exception cref="StartupException">It cannot start.</exception>
    public static async Task<Daemon> StartAsync(DaemonOptions options, Action<ILoggingBuilder>? configureLogging = null, DaemonLaunch? launch = null)
    {
        launch ??= new DaemonLaunch();
        var logFilter = new StartupLogFilter();
        var controlSocket = ControlSocket.Claim(options);
        try
        {
            var application = Build(options, launch, controlSocket, logFilter, configureLogging);
            try
            {
                // What is made first ends last: whatever still happens at the daemon's end is recorded.
                application.Services.GetRequiredService<AuditTrail>();
                foreach (var served in OpenNamespaces(application.Services).All)
                    StartupChecks.Run(served);
                // A file of keys that cannot be used is told now, and not with the first call.
                application.Services.GetService<TokenValidator>();
                var policies = application.Services.GetRequiredService<PolicyRevisions>();
                launch.Privileges?.Tell(application.Services.GetRequiredService<ILogger<Daemon>>());
                // Before anybody is served: what callers ask for must not happen unheard.
                await application.Services.GetRequiredService<KernelLoop>().StartAsync();
                application.Services.GetRequiredService<Surveyor>().Start();
                policies.Start();
                await application.StartAsync();
                logFilter.Started = true;

                var daemon = new Daemon(application, controlSocket);
                daemon.Announce();
                await application.BeginSupervisionAsync(string.Join(", ", daemon.Addresses));
                GiveBackStartupMemory();
                return daemon;
            }
            catch
            {
                await application.DisposeAsync();
                throw;
            }
        }
        catch (Exception exception)
        {
            controlSocket.Dispose();
            if (exception is not StartupException && StartupFailures.Describe(exception) is { } line)
                throw new StartupException(line, exception);
            throw;
        }
    }

    /// <summary>Stops serving and frees everything.</summary>
    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync();
        await _application.DisposeAsync();
        _controlSocket.Dispose();
    }

    /// <summary>Waits for a signal, or for the end of one of the two threads that the daemon cannot do without.</summary>
    /// <returns>The exit code.</returns>
    internal async Task<int> WaitAsync()
    {
        var loop = _application.Services.GetRequiredService<KernelLoop>();
        var surveyor = _application.Services.GetRequiredService<Surveyor>();
        var stopped = _application.WaitForShutdownAsync();
        if (await Task.WhenAny(stopped, loop.Ended, surveyor.Ended) == stopped)
            return 0;
        var logger = _application.Services.GetRequiredService<ILogger<Daemon>>();
        // The surveyor ends with the loop, but not the loop with the surveyor.
        if (loop.Ended.IsCompleted)
            logger.KernelLoopFailed(loop.Ended.Exception?.InnerException);
        else
            logger.SurveyorFailed(surveyor.Ended.Exception?.InnerException);
        return 1;
    }

    private static WebApplication Build(
        DaemonOptions options, DaemonLaunch launch, ControlSocket controlSocket, StartupLogFilter logFilter, Action<ILoggingBuilder>? configureLogging)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = DaemonCommand.Name });
        builder.Logging.AddDaemonLogging(logFilter);
        configureLogging?.Invoke(builder.Logging);
        builder.WebHost.AddListeners(options);
        builder.AddDaemonTelemetry(options);

        var services = builder.Services;
        services.AddSupervision(launch);
        services.Configure<HostOptions>(host => host.ShutdownTimeout = LongestStop);
        services.AddSingleton(options);
        services.AddSingleton(controlSocket);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<DaemonIdentity>();
        services.AddSingleton<SysctlUpdater>();
        services.AddSingleton(provider => new HostNamespaces(
            new NamespaceSelection(options.Namespaces), provider.GetRequiredService<KernelRequestObserver>().Observe));
        services.AddSingleton<JoinListeners>();
        services.AddSingleton<TuningWorker>();
        services.AddSingleton<SubflowRequests>();
        services.AddSingleton<KernelLoop>();
        services.AddSingleton<Surveyor>();
        services.AddCertificates(options.Tls);
        services.AddTokens(options.Tokens);
        services.AddPolicies();
        services.AddSessions();
        services.AddSecurity();

        services.AddSingleton<CallInterceptor>();
        services.AddGrpc(grpc =>
            {
                grpc.MaxReceiveMessageSize = options.Limits.RequestBytes;
                grpc.Interceptors.Add<AuditInterceptor>();
                grpc.Interceptors.Add<CallInterceptor>();
                grpc.Interceptors.Add<MessageSizeInterceptor>();
                grpc.Interceptors.Add<AccessInterceptor>();
            })
            .AddServiceOptions<EventGrpcService>(watches => watches.MaxReceiveMessageSize = LongestWatchRequest);
        services.AddStandardServices(Describe);
        services.AddSingleton<NodeGrpcService>();
        services.AddSingleton<EndpointGrpcService>();
        services.AddSingleton<ConnectionGrpcService>();
        services.AddSingleton<EventGrpcService>();
        services.AddSingleton<IServiceMethodProvider<EventGrpcService>, EventServiceMethods>();
        services.AddSingleton<DiagnosticsGrpcService>();
        services.AddSingleton<PolicyGrpcService>();
        services.AddSingleton<SessionGrpcService>();
        services.AddSingleton<AuditGrpcService>();

        var application = builder.Build();
        application.UseLimits();
        application.UseStoppingCalls();
        application.UseUnreadableRequests();
        application.MapGrpcService<NodeGrpcService>();
        application.MapGrpcService<EndpointGrpcService>();
        application.MapGrpcService<ConnectionGrpcService>();
        application.MapGrpcService<EventGrpcService>();
        application.MapGrpcService<DiagnosticsGrpcService>();
        application.MapGrpcService<PolicyGrpcService>();
        application.MapGrpcService<SessionGrpcService>();
        application.MapGrpcService<AuditGrpcService>();
        application.MapStandardServices();
        return application;
    }

    internal static RpcService[] Describe() =>
    [
        NodeService.Descriptor, EndpointService.Descriptor, ConnectionService.Descriptor, EventService.Descriptor,
        DiagnosticsService.Descriptor, PolicyService.Descriptor, SessionService.Descriptor, AuditService.Descriptor,
    ];

    private static HostNamespaces OpenNamespaces(IServiceProvider services)
    {
        try
        {
            return services.GetRequiredService<HostNamespaces>();
        }
        catch (SystemCallException exception)
        {
            throw new StartupException($"a network namespace cannot be served: {exception.Message}", exception);
        }
    }

    // Most of what starting took is garbage from here on, and an idle daemon would never collect it.
    private static void GiveBackStartupMemory() => GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);

    private void Announce()
    {
        var services = _application.Services;
        var logger = services.GetRequiredService<ILogger<Daemon>>();
        services.GetRequiredService<HealthServiceImpl>().SetServing(ServedNames);
        _application.Lifetime.ApplicationStopping.Register(logger.Stopping);
        logger.Ready(
            string.Join(", ", Addresses),
            string.Join(", ", services.GetRequiredService<HostNamespaces>().All.Select(served => served.Name)),
            DaemonVersion.Text,
            services.GetRequiredService<DaemonIdentity>().Epoch.ToString());
    }
}
