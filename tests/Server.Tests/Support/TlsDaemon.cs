using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Grpc.Net.Client;
using Microsoft.Extensions.Logging;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Hosting;
using Mptcp.ControlPlane.Server.Security.Certificates.Making;
using Mptcp.ControlPlane.Server.Security.Permissions;
using Mptcp.ControlPlane.Server.Security.Tokens;
using Mptcp.Lab;

namespace Mptcp.ControlPlane.Server.Tests.Support;

/// <summary>A daemon in this process that serves a host of a lab by mutual TLS, on a loopback port.</summary>
internal sealed class TlsDaemon : IAsyncDisposable
{
    private readonly NetworkLab _lab;
    private readonly TemporaryDirectory _directory;
    private readonly Daemon _daemon;

    private TlsDaemon(NetworkLab lab, TemporaryDirectory directory, CertificateFolder files, Daemon daemon, CollectedLog log)
    {
        _lab = lab;
        _directory = directory;
        _daemon = daemon;
        Files = files;
        Log = log;
        Port = new Uri(daemon.Addresses.Single(address => address.StartsWith("https:", StringComparison.Ordinal))).Port;
    }

    /// <summary>The files of its certificates, and the authority that they are of.</summary>
    public CertificateFolder Files { get; }

    public TestCertificates Authority => Files.Authority;

    public CollectedLog Log { get; }

    public int Port { get; }

    public string SocketPath => _directory.File("control.sock");

    /// <param name="bindings">Who has which role; without any, everybody with a certificate that is good may read.</param>
    public static Task<TlsDaemon> StartAsync(params AccessBinding[] bindings) => StartAsync(tokens: null, bindings);

    /// <param name="tokens">Whose tokens prove callers; null for nobody's.</param>
    /// <param name="bindings">As above.</param>
    public static async Task<TlsDaemon> StartAsync(TokenRules? tokens, params AccessBinding[] bindings)
    {
        var lab = await NetworkLab.CreateAsync(paths: 1);
        var directory = new TemporaryDirectory();
        try
        {
            var log = new CollectedLog();
            var files = CertificateFolder.Create(directory);
            var options = new DaemonOptions
            {
                SocketPath = directory.File("control.sock"),
                Namespaces = [lab.Client.NamespacePath],
                Listen = new Uri("https://127.0.0.1:0"),
                Tls = files.Names,
                Tokens = tokens,
                Access = new AccessRules { Bindings = bindings is [] ? [new AccessBinding(AccessRole.Viewer, [new CallerPattern.Name("subject:*")])] : [.. bindings] },
            };
            var daemon = await Daemon.StartAsync(options, logging => logging.ClearProviders().AddProvider(log));
            return new TlsDaemon(lab, directory, files, daemon, log);
        }
        catch
        {
            await lab.DisposeAsync();
            directory.Dispose();
            throw;
        }
    }

    /// <summary>A channel of its own connection, with nothing of the client library's in between.</summary>
    /// <param name="certificate">What the caller shows; null for nothing.</param>
    public GrpcChannel Connect(X509Certificate2? certificate) => GrpcChannel.ForAddress($"https://127.0.0.1:{Port}", new GrpcChannelOptions
    {
        HttpHandler = new SocketsHttpHandler { SslOptions = OptionsOf(certificate) },
        DisposeHttpClient = true,
    });

    /// <summary>Asks the daemon who it is, over a connection of its own.</summary>
    public async Task<GetInfoResponse> AskAsync(X509Certificate2? certificate)
    {
        using var channel = Connect(certificate);
        return await new NodeService.NodeServiceClient(channel).GetInfoAsync(new GetInfoRequest(), deadline: DateTime.UtcNow.AddSeconds(10));
    }

    /// <summary>Makes a connection, and says which certificate the daemon has shown.</summary>
    public async Task<string> ShownSerialAsync(X509Certificate2 certificate)
    {
        await using var stream = await HandshakeAsync(OptionsOf(certificate));
        return ((X509Certificate2)stream.RemoteCertificate!).SerialNumber;
    }

    /// <summary>Makes a connection by given means.</summary>
    public async Task<SslStream> HandshakeAsync(SslClientAuthenticationOptions options)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync("127.0.0.1", Port, TestContext.Current.CancellationToken);
        var stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
        try
        {
            await stream.AuthenticateAsClientAsync(options, TestContext.Current.CancellationToken);
            return stream;
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    /// <summary>How a caller makes a handshake, unless it is told otherwise.</summary>
    public SslClientAuthenticationOptions OptionsOf(X509Certificate2? certificate) => OptionsOf(certificate, Authority);

    /// <summary>How a caller makes a handshake with a daemon whose certificate an authority has made.</summary>
    public static SslClientAuthenticationOptions OptionsOf(X509Certificate2? certificate, TestCertificates authority)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(authority.Authority);
        return new SslClientAuthenticationOptions
        {
            TargetHost = "127.0.0.1",
            ApplicationProtocols = [SslApplicationProtocol.Http2],
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            CertificateChainPolicy = policy,
            ClientCertificateContext = certificate is null ? null : SslStreamCertificateContext.Create(certificate, null, offline: true),
        };
    }

    /// <summary>Waits for a line of the log.</summary>
    public Task LoggedAsync(int eventId, string text, int times = 1) => LabWait.UntilAsync(
        $"{times} lines {eventId} with \"{text}\" in: {string.Join('\n', Log.Entries.Select(entry => entry.Message))}",
        () => Log.Entries.Count(entry => entry.EventId == eventId && entry.Message.Contains(text, StringComparison.Ordinal)) >= times,
        TimeSpan.FromSeconds(15));

    public async ValueTask DisposeAsync()
    {
        await _daemon.DisposeAsync();
        await _lab.DisposeAsync();
        _directory.Dispose();
    }
}
