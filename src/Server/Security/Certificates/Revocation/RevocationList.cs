using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mptcp.ControlPlane.Server.Security.Certificates.Names;

namespace Mptcp.ControlPlane.Server.Security.Certificates.Revocation;

/// <summary>A certificate revocation list (RFC 5280, section 5).</summary>
internal sealed class RevocationList
{
    /// <summary>The authority that it is of, in the text of RFC 4514.</summary>
    public required string Issuer { get; init; }

    /// <summary>By when the next list is promised; null where nothing is.</summary>
    public DateTimeOffset? NextUpdate { get; init; }

    /// <summary>The serial numbers of what is revoked, as <see cref="SerialText"/> has them.</summary>
    public required IReadOnlySet<string> Serials { get; init; }

    /// <summary>What is signed.</summary>
    public required ReadOnlyMemory<byte> Signed { get; init; }

    /// <summary>The object identifier of the algorithm of the signature.</summary>
    public required string Algorithm { get; init; }

    /// <summary>The signature.</summary>
    public required byte[] Signature { get; init; }

    /// <summary>Whether a certificate is one of those that the list revokes.</summary>
    public bool Revokes(X509Certificate2 certificate) =>
        Serials.Contains(SerialText(certificate.SerialNumberBytes.Span)) && DistinguishedNameText.Of(certificate.IssuerName) == Issuer;

    /// <summary>Says who of some authorities has signed it.</summary>
    /// <returns>Null when none of them has.</returns>
    /// <exception cref="NotSupportedException">The algorithm of the signature is not among those that are taken.</exception>
    public X509Certificate2? FindSigner(IEnumerable<X509Certificate2> authorities)
    {
        var (hash, isElliptic) = AlgorithmOf(Algorithm);
        return authorities.FirstOrDefault(authority => DistinguishedNameText.Of(authority.SubjectName) == Issuer
            && MaySignLists(authority)
            && (isElliptic ? IsSignedByElliptic(authority, hash) : IsSignedByRsa(authority, hash)));
    }

    /// <summary>A serial number in one spelling: hexadecimal, without zeros in front.</summary>
    public static string SerialText(ReadOnlySpan<byte> serial) => Convert.ToHexString(serial.TrimStart((byte)0));

    private static bool MaySignLists(X509Certificate2 authority) =>
        authority.Extensions.OfType<X509KeyUsageExtension>().All(usage => usage.KeyUsages.HasFlag(X509KeyUsageFlags.CrlSign));

    private bool IsSignedByElliptic(X509Certificate2 authority, HashAlgorithmName hash)
    {
        using var key = authority.GetECDsaPublicKey();
        return key?.VerifyData(Signed.Span, Signature, hash, DSASignatureFormat.Rfc3279DerSequence) == true;
    }

    private bool IsSignedByRsa(X509Certificate2 authority, HashAlgorithmName hash)
    {
        using var key = authority.GetRSAPublicKey();
        return key?.VerifyData(Signed.Span, Signature, hash, RSASignaturePadding.Pkcs1) == true;
    }

    // RFC 5758, section 3.2, and RFC 4055, section 5.
    private static (HashAlgorithmName Hash, bool IsElliptic) AlgorithmOf(string identifier) => identifier switch
    {
        "1.2.840.10045.4.3.2" => (HashAlgorithmName.SHA256, true),
        "1.2.840.10045.4.3.3" => (HashAlgorithmName.SHA384, true),
        "1.2.840.10045.4.3.4" => (HashAlgorithmName.SHA512, true),
        "1.2.840.113549.1.1.11" => (HashAlgorithmName.SHA256, false),
        "1.2.840.113549.1.1.12" => (HashAlgorithmName.SHA384, false),
        "1.2.840.113549.1.1.13" => (HashAlgorithmName.SHA512, false),
        _ => throw new NotSupportedException($"is signed by the algorithm {identifier}, which is not taken: ECDSA and RSA with SHA-2 are"),
    };
}
