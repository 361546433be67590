using System.Net.Security;
using System.Security.Authentication;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Mptcp.ControlPlane.Server.Security.Certificates;

/// <summary>Mutual TLS on a port: TLS 1.3 and HTTP/2 only, and nobody without a certificate that is good.</summary>
internal sealed class TlsHandshakes(CertificateKeeper keeper, ClientCertificates clients, RefusedHandshakes refused)
{
    // Everything that is not HTTP/2 is refused in the handshake.
    private static readonly List<SslApplicationProtocol> Http2 = [SslApplicationProtocol.Http2];

    /// <summary>Puts it in front of what is served on a port.</summary>
    public void Guard(ListenOptions port)
    {
        port.Use(next => connection => WatchAsync(next, connection));
        port.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = BeginAsync });
        port.Use(next => connection =>
        {
            connection.Features.GetRequiredFeature<TlsHandshake>().IsComplete = true;
            return next(connection);
        });
    }

    private async Task WatchAsync(ConnectionDelegate next, ConnectionContext connection)
    {
        var handshake = new TlsHandshake();
        connection.Features.Set(handshake);
        await next(connection);
        if (!handshake.IsComplete)
            refused.Tell(connection.RemoteEndPoint, handshake.Problem);
    }

    private ValueTask<SslServerAuthenticationOptions> BeginAsync(TlsHandshakeCallbackContext context)
    {
        var handshake = context.Connection.Features.GetRequiredFeature<TlsHandshake>();
        // What Kestrel tells of the versions that the caller offers leaves TLS 1.3 out, and of the end of a handshake it tells nothing.
        handshake.Problem = "the caller offers no TLS 1.3 or no HTTP/2, or ended the handshake, as it may where it does not trust the daemon's certificate";
        var set = keeper.Current;
        return ValueTask.FromResult(new SslServerAuthenticationOptions
        {
            ServerCertificateContext = set.Context,
            EnabledSslProtocols = SslProtocols.Tls13,
            ApplicationProtocols = Http2,
            ClientCertificateRequired = true,
            CertificateChainPolicy = set.Trust.CreatePolicy(keeper.Now),
            // A session that is resumed would keep a certificate that has been revoked since.
            AllowTlsResume = false,
            AllowRenegotiation = false,
            RemoteCertificateValidationCallback = (_, certificate, chain, _) =>
            {
                if (clients.Admit(set.Trust, certificate, chain) is not { } objection)
                    return true;
                handshake.Problem = objection;
                return false;
            },
        });
    }
}
