using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Mptcp.ControlPlane.Server.Security.Certificates;
using Mptcp.ControlPlane.Server.Security.Certificates.Names;

namespace Mptcp.ControlPlane.Server.Security.Identity;

/// <summary>Finds out who is calling, and whether what proved it still does. What a connection proves is found out once for all its calls.</summary>
internal sealed class CallerIdentification : IDisposable
{
    private static readonly object OfConnection = new();

    // How long what was found of a certificate's chain is taken for true.
    private static readonly TimeSpan JudgementTime = TimeSpan.FromMinutes(5);

    private readonly ClientCertificates? _certificates;
    private readonly TimeProvider _time;
    private long _generation;

    /// <param name="certificates">Judges certificates; null where nobody comes with one.</param>
    /// <param name="time">The clock.</param>
    public CallerIdentification(ClientCertificates? certificates, TimeProvider time)
    {
        _certificates = certificates;
        _time = time;
        if (certificates is not null)
            certificates.Changed += BeginGeneration;
    }

    /// <summary>Happens when somebody may not be trusted any more who was.</summary>
    public event Action? TrustChanged;

    /// <summary>Finds who makes a call.</summary>
    public static Caller Identify(HttpContext http)
    {
        var known = http.Features.GetRequiredFeature<IConnectionItemsFeature>().Items;
        // Several calls of a connection may begin at once: all find the same.
        lock (known)
        {
            if (known.TryGetValue(OfConnection, out var caller))
                return (Caller)caller!;
            var found = Find(http);
            known[OfConnection] = found;
            return found;
        }
    }

    /// <summary>What speaks against what a caller has proved itself with; null where nothing does.</summary>
    public string? FindObjection(Caller caller) => caller is RemoteCaller { Standing: { } standing }
        ? standing.Find(_time.GetUtcNow(), Generation, certificate => _certificates!.StillGood(certificate, out var why) ? null : why)
        : null;

    public void Dispose()
    {
        if (_certificates is not null)
            _certificates.Changed -= BeginGeneration;
    }

    // Certificates in between expire without anybody saying so.
    private long Generation => Volatile.Read(ref _generation) + (_time.GetUtcNow().Ticks / JudgementTime.Ticks);

    private void BeginGeneration()
    {
        Interlocked.Increment(ref _generation);
        TrustChanged?.Invoke();
    }

    private static Caller Find(HttpContext http)
    {
        if (http.Features.Get<IConnectionSocketFeature>()?.Socket is { AddressFamily: AddressFamily.Unix } socket)
            return PeerCredentials.Read(socket);
        var address = new IPEndPoint(http.Connection.RemoteIpAddress ?? IPAddress.None, http.Connection.RemotePort);
        return http.Connection.ClientCertificate is { } certificate
            // From before the handshake: what has changed since then is looked at again.
            ? new RemoteCaller(address, NamesOf(CertificateNames.Of(certificate))) { Standing = new CertificateStanding(certificate, generation: -1) }
            : new RemoteCaller(address, Names: []);
    }

    private static ImmutableArray<string> NamesOf(CertificateNames names)
    {
        var all = ImmutableArray.CreateBuilder<string>();
        if (names.SpiffeId is { } spiffe)
            all.Add(spiffe);
        all.AddRange(names.DnsNames.Select(name => $"dns:{name}"));
        if (names.Subject.Length > 0)
            all.Add($"subject:{names.Subject}");
        return all.ToImmutable();
    }
}
