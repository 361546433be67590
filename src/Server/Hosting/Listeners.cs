using System.Net;
using Mptcp.ControlPlane.Server.Security.Certificates;
using Mptcp.ControlPlane.Server.Security.Limits;

namespace Mptcp.ControlPlane.Server.Hosting;

/// <summary>Where the daemon listens: the control socket, and a port where one is set, on a loopback address or with mutual TLS.</summary>
internal static class Listeners
{
    // A controller may hold a stream for each of thousands of things. What is over Kestrel's default of 100 would wait for others
    // to end, without anybody being told.
    private const int MostStreamsPerConnection = 10_000;

    public static void AddListeners(this IWebHostBuilder web, DaemonOptions options)
    {
        web.UseKestrelCore();
        web.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // A watcher may stop reading for as long as it likes: it costs nothing, and is told what it missed.
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Limits.Http2.MaxStreamsPerConnection = MostStreamsPerConnection;
            // A peer that is there no more, without having said so, is noticed by its silence.
            kestrel.Limits.Http2.KeepAlivePingDelay = options.KeepAliveInterval;
            kestrel.Limits.Http2.KeepAlivePingTimeout = options.KeepAliveTimeout;
            kestrel.ApplyLimits(options.Limits);
            kestrel.ListenUnixSocket(options.SocketPath);
            if (options.Listen is { } url)
            {
                var address = url.Host == "localhost" ? IPAddress.Loopback : IPAddress.Parse(url.DnsSafeHost);
                kestrel.Listen(address, url.Port, port =>
                {
                    if (options.Tls is not null)
                        port.ApplicationServices.GetRequiredService<TlsHandshakes>().Guard(port);
                });
            }
        });
    }
}
