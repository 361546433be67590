using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;
using Mptcp.ControlPlane.Server.Security.Certificates.Names;
using Mptcp.ControlPlane.Server.Security.Certificates.Revocation;

namespace Mptcp.ControlPlane.Server.Security.Certificates;

/// <summary>Which certificates callers may have: those of some authorities, for clients, neither expired nor revoked.</summary>
internal sealed class ClientTrust
{
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    // Statuses that say again, of the whole chain, what another one says of one of its certificates.
    private const X509ChainStatusFlags Untrusted = X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain;

    private readonly X509Certificate2Collection _roots = [];
    private readonly X509Certificate2Collection _intermediates = [];

    private ClientTrust(X509Certificate2Collection authorities, IReadOnlyList<RevocationList> lists)
    {
        foreach (var authority in authorities)
            (IsRoot(authority) ? _roots : _intermediates).Add(authority);
        Lists = lists;
    }

    /// <summary>How many authorities there are.</summary>
    public int AuthorityCount => _roots.Count + _intermediates.Count;

    /// <summary>The revocation lists.</summary>
    public IReadOnlyList<RevocationList> Lists { get; }

    /// <summary>Makes trust of what files hold.</summary>
    /// <param name="files">Their names, for messages.</param>
    /// <param name="authorities">The file of the authorities.</param>
    /// <param name="revoked">The file of the revocation lists; null for none.</param>
    /// <exception cref="BrokenCertificatesException">Something is wrong with them.</exception>
    public static ClientTrust Load(TlsFiles files, byte[] authorities, byte[]? revoked)
    {
        var certificates = PemText.ReadCertificates(authorities, files.ClientAuthorities);
        foreach (var other in certificates.Where(certificate => !IsAuthority(certificate)))
            throw new BrokenCertificatesException($"{files.ClientAuthorities}: {DistinguishedNameText.Of(other.SubjectName)} is no certificate authority");
        if (!certificates.Any(IsRoot))
            throw new BrokenCertificatesException($"{files.ClientAuthorities} holds intermediate authorities only, and no root that they lead to");
        var blocks = revoked is null ? [] : PemText.ReadBlocks(revoked, files.Revoked!, PemText.RevocationListLabel);
        return new ClientTrust(certificates, [.. blocks.Select(block => ReadList(block, files.Revoked!, certificates))]);
    }

    /// <summary>How a chain of certificates is built and judged: by these authorities alone, with nothing fetched from anywhere.</summary>
    /// <param name="now">The time at which it must be valid.</param>
    public X509ChainPolicy CreatePolicy(DateTimeOffset now)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            DisableCertificateDownloads = true,
            RevocationMode = X509RevocationMode.NoCheck,
            VerificationTime = now.LocalDateTime,
            VerificationTimeIgnored = false,
        };
        policy.CustomTrustStore.AddRange(_roots);
        policy.ExtraStore.AddRange(_intermediates);
        return policy;
    }

    /// <summary>Says what speaks against a caller's certificate.</summary>
    /// <param name="certificate">The certificate.</param>
    /// <param name="chain">The chain that was built of it by <see cref="CreatePolicy"/>.</param>
    /// <returns>Null when nothing does.</returns>
    public string? Objection(X509Certificate2 certificate, X509Chain chain)
    {
        // A certificate that does not say what it is for is, to others, for everything; here it must say so.
        if (!certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().Any(IsForClients))
            return "the certificate is not for clients: its extended key usage lacks clientAuth";

        var statuses = chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, one) => all | one.Status);
        if ((statuses & Untrusted) != 0)
            return $"the certificate is of an authority that is not trusted: {DistinguishedNameText.Of(certificate.IssuerName)}";
        if (statuses.HasFlag(X509ChainStatusFlags.NotTimeValid))
            return TimeObjection(chain);
        if (statuses != X509ChainStatusFlags.NoError)
            return $"the certificate is not valid: {statuses}";

        // The last one is the root, which nobody but whoever runs the daemon can revoke, by taking it out.
        return chain.ChainElements.SkipLast(1).Any(element => Lists.Any(list => list.Revokes(element.Certificate)))
            ? "the certificate is revoked"
            : null;
    }

    private static bool IsForClients(X509EnhancedKeyUsageExtension usage) =>
        usage.EnhancedKeyUsages.Cast<System.Security.Cryptography.Oid>().Any(purpose => purpose.Value == ClientAuthentication);

    private static string TimeObjection(X509Chain chain)
    {
        var now = chain.ChainPolicy.VerificationTime;
        var certificate = chain.ChainElements.Select(element => element.Certificate)
            .FirstOrDefault(element => now > element.NotAfter || now < element.NotBefore) ?? chain.ChainElements[0].Certificate;
        var whose = certificate.Equals(chain.ChainElements[0].Certificate)
            ? "the certificate"
            : $"the certificate's authority {DistinguishedNameText.Of(certificate.SubjectName)}";
        return now > certificate.NotAfter
            ? $"{whose} expired at {certificate.NotAfter.ToUniversalTime():yyyy-MM-dd'T'HH:mm:ss'Z'}"
            : $"{whose} is not valid before {certificate.NotBefore.ToUniversalTime():yyyy-MM-dd'T'HH:mm:ss'Z'}";
    }

    private static bool IsRoot(X509Certificate2 certificate) =>
        certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData);

    private static bool IsAuthority(X509Certificate2 certificate) =>
        certificate.Extensions.OfType<X509BasicConstraintsExtension>().Any(constraints => constraints.CertificateAuthority);

    private static RevocationList ReadList(byte[] encoded, string path, X509Certificate2Collection authorities)
    {
        try
        {
            var list = RevocationListReader.Read(encoded);
            return list.FindSigner(authorities) is not null
                ? list
                : throw new BrokenCertificatesException($"{path}: the list of {list.Issuer} is signed by none of the authorities");
        }
        catch (AsnContentException exception)
        {
            throw new BrokenCertificatesException($"{path} holds something that is no revocation list: {exception.Message}", exception);
        }
        catch (NotSupportedException exception)
        {
            throw new BrokenCertificatesException($"{path}: a list {exception.Message}", exception);
        }
    }
}
