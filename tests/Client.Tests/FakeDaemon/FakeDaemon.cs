using System.Net;
using System.Threading.Channels;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Testing;

/// <summary>A daemon that does what a test says, behind a real gRPC server on a real Unix socket (or loopback port, or one by TLS).</summary>
sealed class FakeDaemon : IAsyncDisposable
{
    readonly DirectoryInfo _directory;
    readonly Script _script;
    readonly Channel<FakeSession> _sessions;
    WebApplication _application;

    FakeDaemon(WebApplication application, DirectoryInfo directory, Script script, Channel<FakeSession> sessions)
    {
        _application = application;
        _directory = directory;
        _script = script;
        _sessions = sessions;
    }

    /// <summary>The path of its socket.</summary>
    public string SocketPath => Path.Combine(_directory.FullName, "control.sock");

    /// <summary>The address of its socket.</summary>
    public string Address => "unix:" + SocketPath;

    /// <summary>The address of its loopback port.</summary>
    public string HttpAddress => _application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!
        .Addresses.Single(address => address.StartsWith("http://127.", StringComparison.Ordinal));

    /// <summary>The address of its port by TLS, which it has only with certificates.</summary>
    public string SecureAddress => _application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!
        .Addresses.Single(address => address.StartsWith("https://127.", StringComparison.Ordinal));

    /// <summary>What it was asked, in order.</summary>
    public IReadOnlyList<IMessage> Requests => _script.Requests;

    /// <param name="certificates">With what to serve by TLS as well; null not to.</param>
    public static async Task<FakeDaemon> StartAsync(FakeCertificates? certificates = null)
    {
        var directory = Directory.CreateTempSubdirectory("mptcp-");
        var script = new Script();
        var sessions = Channel.CreateUnbounded<FakeSession>();
        return new FakeDaemon(await RunAsync(directory, script, sessions.Writer, certificates), directory, script, sessions);
    }

    /// <summary>Stops it, which breaks every stream. What it was told to do, and what it was asked, stays.</summary>
    public async Task StopAsync()
    {
        await _application.StopAsync();
        await _application.DisposeAsync();
    }

    /// <summary>Starts it again on the same socket, and on another loopback port.</summary>
    public async Task StartAgainAsync() => _application = await RunAsync(_directory, _script, _sessions.Writer);

    static async Task<WebApplication> RunAsync(DirectoryInfo directory, Script script, ChannelWriter<FakeSession> sessions, FakeCertificates? certificates = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.ListenUnixSocket(Path.Combine(directory.FullName, "control.sock"), listen => listen.Protocols = HttpProtocols.Http2);
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
            if (certificates is not null)
            {
                kestrel.Listen(IPAddress.Loopback, 0, listen =>
                {
                    listen.Protocols = HttpProtocols.Http2;
                    listen.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = _ => ValueTask.FromResult(certificates.ServerOptions()) });
                });
            }
        });
        builder.Services.AddSingleton(script);
        builder.Services.AddSingleton(sessions);
        builder.Services.AddGrpc(grpc => grpc.EnableDetailedErrors = true);
        // Streams end when their clients do; a test that failed half-way must not hold up the others.
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromMilliseconds(100));

        var application = builder.Build();
        application.MapGrpcService<FakeNodeService>();
        application.MapGrpcService<FakeEndpointService>();
        application.MapGrpcService<FakeConnectionService>();
        application.MapGrpcService<FakeEventService>();
        application.MapGrpcService<FakeDiagnosticsService>();
        application.MapGrpcService<FakePolicyService>();
        application.MapGrpcService<FakeSessionService>();
        application.MapGrpcService<FakeAuditService>();
        await application.StartAsync();
        return application;
    }

    /// <summary>Says how to answer requests of a type.</summary>
    public void Answer<TRequest, TResponse>(Func<TRequest, TResponse> answer)
        where TRequest : IMessage
        where TResponse : IMessage =>
        _script.Set<TRequest>((request, _) => Task.FromResult<IMessage>(answer((TRequest)request)));

    /// <summary>Says how to answer requests of a type, given time and the call.</summary>
    public void Answer<TRequest, TResponse>(Func<TRequest, ServerCallContext, Task<TResponse>> answer)
        where TRequest : IMessage
        where TResponse : IMessage =>
        _script.Set<TRequest>(async (request, context) => await answer((TRequest)request, context));

    /// <summary>Says with what to refuse requests of a type.</summary>
    public void Refuse<TRequest>(RpcException refusal)
        where TRequest : IMessage =>
        _script.Set<TRequest>((_, _) => Task.FromException<IMessage>(refusal));

    /// <summary>Says what to stream for requests of a type.</summary>
    public void Stream<TRequest, TResponse>(Func<TRequest, IServerStreamWriter<TResponse>, ServerCallContext, Task> stream)
        where TRequest : IMessage =>
        _script.SetStream<TRequest>((request, responses, context) =>
            stream((TRequest)request, (IServerStreamWriter<TResponse>)responses, context));

    /// <summary>Says what to stream for requests of a type, all of it at once.</summary>
    public void Stream<TRequest, TResponse>(params IReadOnlyList<TResponse> messages)
        where TRequest : IMessage =>
        Stream<TRequest, TResponse>(async (_, responses, _) =>
        {
            foreach (var message in messages)
                await responses.WriteAsync(message);
        });

    /// <summary>Says what to stream to whoever watches.</summary>
    public void Watch(Func<WatchRequest, IServerStreamWriter<WatchResponse>, ServerCallContext, Task> watch) => _script.Watch = watch;

    /// <summary>Waits for a controller to open a session.</summary>
    public async Task<FakeSession> NextSessionAsync(CancellationToken cancellationToken) =>
        await _sessions.Reader.ReadAsync(cancellationToken);

    /// <summary>The only request so far, which must be of the type.</summary>
    public TRequest Received<TRequest>()
        where TRequest : IMessage =>
        Assert.IsType<TRequest>(Assert.Single(Requests));

    public async ValueTask DisposeAsync()
    {
        await _application.DisposeAsync();
        _directory.Delete(recursive: true);
    }
}
