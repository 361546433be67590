using System.Security.Cryptography.X509Certificates;

namespace Mptcp.ControlPlane.Client;

/// <summary>
/// What an <c>https</c> address is called with: whom to trust, and who this caller is. Files are PEM, and are read for each
/// connection that is made, so that connections made after they have changed have what is in them then; while a certificate and its
/// key do not go together, those from before are used.
/// </summary>
public sealed class ControlPlaneTls
{
    /// <summary>A file of the authorities whose certificates daemons may have; null to trust those of the system.</summary>
    public string? AuthorityFile { get; init; }

    /// <summary>The same as objects; null when <see cref="AuthorityFile"/> or the system says it.</summary>
    public X509Certificate2Collection? Authorities { get; init; }

    /// <summary>A file of this caller's certificate, and behind it the intermediate ones; null for none, which daemons refuse.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>The file of the certificate's private key, unencrypted.</summary>
    public string? KeyFile { get; init; }

    /// <summary>The certificate with its key as an object; null when <see cref="CertificateFile"/> says it.</summary>
    public X509Certificate2? Certificate { get; init; }

    internal IEnumerable<string> Violations()
    {
        if (AuthorityFile is not null && Authorities is not null)
            yield return $"{nameof(AuthorityFile)} and {nameof(Authorities)} are both set";
        if (CertificateFile is null != KeyFile is null)
            yield return $"{nameof(CertificateFile)} and {nameof(KeyFile)} go together";
        if (CertificateFile is not null && Certificate is not null)
            yield return $"{nameof(CertificateFile)} and {nameof(Certificate)} are both set";
        if (Certificate?.HasPrivateKey == false)
            yield return $"{nameof(Certificate)} has no private key";
    }
}
