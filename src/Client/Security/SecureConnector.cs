using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Mptcp.ControlPlane.Client.Security;

/// <summary>Makes connections secure: TLS 1.3, in which both ends show who they are.</summary>
/// <param name="credentials">Whom to trust, and who calls.</param>
/// <param name="host">The name or address that the daemon's certificate must be for.</param>
sealed class SecureConnector(Credentials credentials, string host)
{
    volatile ControlPlaneConnectionException? _refusal;

    /// <summary>How the last connection was refused; null when it was not.</summary>
    public ControlPlaneConnectionException? Refusal => _refusal;

    /// <summary>Makes one of a connection that is there; it takes that over.</summary>
    /// <exception cref="ControlPlaneConnectionException">The two ends do not trust one another.</exception>
    public async ValueTask<Stream> SecureAsync(Stream connection, CancellationToken cancellationToken)
    {
        string? objection = null;
        _refusal = null;
        var stream = new SecureStream(connection, refusal => _refusal = refusal);
        try
        {
            var own = credentials.FindOwn();
            await stream.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = host,
                    ApplicationProtocols = [SslApplicationProtocol.Http2],
                    EnabledSslProtocols = SslProtocols.Tls13,
                    CertificateChainPolicy = credentials.CreatePolicy(),
                    ClientCertificateContext = own,
                    // What the daemon thinks of the certificate is asked each time.
                    AllowTlsResume = false,
                    RemoteCertificateValidationCallback =
                        (_, certificate, chain, errors) => (objection = Objection(certificate as X509Certificate2, chain, errors)) is null,
                },
                cancellationToken);
            if (stream.NegotiatedApplicationProtocol != SslApplicationProtocol.Http2)
                throw new ControlPlaneConnectionException("no daemon answers there: what does speaks no HTTP/2");
            stream.Caller = own?.TargetCertificate.Subject;
            return stream;
        }
        catch (Exception e) when (e is AuthenticationException || (e is IOException && e is not ControlPlaneConnectionException))
        {
            await stream.DisposeAsync();
            throw new ControlPlaneConnectionException(objection ?? $"no TLS 1.3 with it: {(e.InnerException ?? e).Message}", e);
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    string? Objection(X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None)
            return null;
        if (certificate is null)
            return "it has no certificate";
        var statuses = (chain?.ChainStatus ?? []).Aggregate(X509ChainStatusFlags.NoError, (all, one) => all | one.Status);
        if ((statuses & (X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain)) != 0)
            return $"its certificate is of an authority that is not trusted: {certificate.Issuer}";
        if (statuses.HasFlag(X509ChainStatusFlags.NotTimeValid))
        {
            return certificate.NotAfter < DateTime.Now
                ? $"its certificate expired at {certificate.NotAfter.ToUniversalTime():yyyy-MM-dd'T'HH:mm:ss'Z'}"
                : $"its certificate, or its authority's, is not valid now; it begins at {certificate.NotBefore.ToUniversalTime():yyyy-MM-dd'T'HH:mm:ss'Z'}";
        }

        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
            return $"its certificate is not for {host}, but for {string.Join(", ", NamesOf(certificate))}";
        return $"its certificate is not valid: {statuses}";
    }

    static List<string> NamesOf(X509Certificate2 certificate)
    {
        var alternatives = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().ToList();
        var names = alternatives.SelectMany(names => names.EnumerateDnsNames())
            .Concat(alternatives.SelectMany(names => names.EnumerateIPAddresses()).Select(address => address.ToString()))
            .ToList();
        return names.Count > 0 ? names : ["no host by name"];
    }
}
