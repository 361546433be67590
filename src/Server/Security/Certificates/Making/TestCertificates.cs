using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mptcp.ControlPlane.Server.Security.Certificates.Making;

/// <summary>
/// An authority for a first try, and certificates of it: ECDSA on P-256, short-lived. Who has a real authority needs none of this.
/// </summary>
/// <param name="authority">The certificate of the authority, with its key.</param>
/// <param name="time">The time that certificates begin at.</param>
/// <param name="lifetime">How long they are valid.</param>
internal sealed class TestCertificates(X509Certificate2 authority, TimeProvider time, TimeSpan lifetime)
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";
    private const int SerialLength = 16;

    // Clocks of callers may be somewhat behind.
    private static readonly TimeSpan Allowance = TimeSpan.FromMinutes(5);

    /// <summary>The certificate of the authority, with its key.</summary>
    public X509Certificate2 Authority => authority;

    /// <summary>Makes an authority.</summary>
    /// <param name="name">What it is called.</param>
    /// <param name="time">The time that it begins at.</param>
    /// <param name="lifetime">How long it, and what it makes, is valid.</param>
    public static TestCertificates Create(string name, TimeProvider time, TimeSpan lifetime)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(NameOf(name), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        var now = time.GetUtcNow();
        return new TestCertificates(request.CreateSelfSigned(now - Allowance, now + lifetime), time, lifetime);
    }

    /// <summary>Makes a certificate for a daemon.</summary>
    /// <param name="names">The names and addresses by which it is called.</param>
    /// <returns>It, with its key.</returns>
    public X509Certificate2 CreateServer(IReadOnlyList<string> names)
    {
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            if (IPAddress.TryParse(name, out var address))
                alternatives.AddIpAddress(address);
            else
                alternatives.AddDnsName(name);
        }

        return Create("mptcp-controld", ServerAuthentication, alternatives.Build());
    }

    /// <summary>Makes a certificate for a caller.</summary>
    /// <param name="name">The common name of its subject.</param>
    /// <param name="spiffeId">Its SPIFFE ID; null for none.</param>
    /// <returns>It, with its key.</returns>
    public X509Certificate2 CreateClient(string name, string? spiffeId)
    {
        if (spiffeId is null)
            return Create(name, ClientAuthentication, null);
        var alternatives = new SubjectAlternativeNameBuilder();
        alternatives.AddUri(new Uri(spiffeId));
        return Create(name, ClientAuthentication, alternatives.Build());
    }

    private static X500DistinguishedName NameOf(string commonName)
    {
        var name = new X500DistinguishedNameBuilder();
        name.AddCommonName(commonName);
        return name.Build();
    }

    private X509Certificate2 Create(string name, string purpose, X509Extension? alternatives)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(NameOf(name), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(authority, true, false));
        if (alternatives is not null)
            request.CertificateExtensions.Add(alternatives);

        var serial = RandomNumberGenerator.GetBytes(SerialLength);
        serial[0] = (byte)(serial[0] & 0x7f | 0x40); // A positive number, and not a short one.
        var now = time.GetUtcNow();
        var end = now + lifetime;
        // An authority's certificate that was made before ends before, and nothing of it can last longer.
        using var bare = request.Create(authority, now - Allowance, end < authority.NotAfter ? end : authority.NotAfter, serial);
        return bare.CopyWithPrivateKey(key);
    }
}
