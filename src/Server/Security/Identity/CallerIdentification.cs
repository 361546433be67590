using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Mptcp.ControlPlane.Server.Security.Calls;
using Mptcp.ControlPlane.Server.Security.Certificates;
using Mptcp.ControlPlane.Server.Security.Certificates.Names;
using Mptcp.ControlPlane.Server.Security.Tokens;
using Mptcp.ControlPlane.Server.Services.Errors;

namespace Mptcp.ControlPlane.Server.Security.Identity;

/// <summary>Finds out who is calling, and whether what proved it still does. What a connection proves is found out once for all its calls.</summary>
internal sealed class CallerIdentification : IDisposable
{
    private static readonly object OfConnection = new();

    // How long what was found of a certificate's chain is taken for true.
    private static readonly TimeSpan JudgementTime = TimeSpan.FromMinutes(5);

    private static readonly object TokenOfConnection = new();

    private readonly ClientCertificates? _certificates;
    private readonly TokenValidator? _tokens;
    private readonly TimeProvider _time;
    private long _generation;

    /// <param name="certificates">Judges certificates; null where nobody comes with one.</param>
    /// <param name="tokens">Judges tokens; null where nobody may come with one.</param>
    /// <param name="time">The clock.</param>
    public CallerIdentification(ClientCertificates? certificates, TokenValidator? tokens, TimeProvider time)
    {
        _certificates = certificates;
        _tokens = tokens;
        _time = time;
        if (certificates is not null)
            certificates.Changed += BeginGeneration;
    }

    /// <summary>Happens when somebody may not be trusted any more who was.</summary>
    public event Action? TrustChanged;

    /// <summary>Finds who is at the other end of a call's connection, whatever token the call brings.</summary>
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

    /// <summary>Finds who makes a call, by its token as well.</summary>
    /// <exception cref="ControlPlaneException">It has one that proves nothing.</exception>
    public ValueTask<Caller> IdentifyAsync(HttpContext http)
    {
        var caller = Identify(http);
        var header = http.Request.Headers.Authorization;
        // Of a process of this host the kernel tells more than a token could.
        if (header.Count == 0 || caller is not RemoteCaller remote)
            return ValueTask.FromResult(caller);
        // Whoever can listen has read the token by now: it is not worth looking at.
        if (remote.Standing is null)
            throw AccessRefusals.TokenRefused(caller, "tokens are not looked at over plain text; call by https, or without a token");
        if (_tokens is null)
            throw AccessRefusals.TokenRefused(caller, "this daemon takes no tokens (tokens.issuer); call without one");
        var text = BearerHeader.Read(header)
            ?? throw AccessRefusals.TokenRefused(caller, "the header \"authorization\" must be there once, as \"Bearer TOKEN\"");
        return Find(remote, text, http.Features.GetRequiredFeature<IConnectionItemsFeature>().Items);
    }

    /// <summary>What speaks against what a caller has proved itself with; null where nothing does.</summary>
    public Objection? FindObjection(Caller caller)
    {
        if (caller is not RemoteCaller remote)
            return null;
        if (remote.Standing?.Find(_time.GetUtcNow(), Generation, JudgeAgain) is { } certificate)
            return new Objection($"the certificate of {caller} is not good any more: {certificate}; connect with another one", IsOfConnection: true);
        return remote.Token is { } token && _tokens!.FindObjection(token) is { } problem
            ? new Objection($"the token of {caller} is not good any more: {problem}; call with another one", IsOfConnection: false)
            : null;
    }

    public void Dispose()
    {
        if (_certificates is not null)
            _certificates.Changed -= BeginGeneration;
    }

    // Certificates in between expire without anybody saying so.
    private long Generation => Volatile.Read(ref _generation) + (_time.GetUtcNow().Ticks / JudgementTime.Ticks);

    // A connection mostly goes on with the token that it began with: judging that once is enough, as whoever lets callers in asks for objections.
    private async ValueTask<Caller> Find(RemoteCaller remote, string text, IDictionary<object, object?> known)
    {
        lock (known)
        {
            if (known.TryGetValue(TokenOfConnection, out var last) && last is RememberedToken remembered && remembered.Text == text)
                return remembered.Caller;
        }

        var verdict = await _tokens!.ValidateAsync(text);
        if (verdict is TokenVerdict.Bad bad)
            throw AccessRefusals.TokenRefused(remote, $"{bad.Why}; call with another one");
        var token = ((TokenVerdict.Good)verdict).Token;
        var caller = remote with { Names = [token.Name, .. remote.Names], Token = token };
        lock (known)
            known[TokenOfConnection] = new RememberedToken(text, caller);
        return caller;
    }

    private string? JudgeAgain(X509Certificate2 certificate) => _certificates!.StillGood(certificate, out var why) ? null : why;

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

    private sealed record RememberedToken(string Text, RemoteCaller Caller);
}
