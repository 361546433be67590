using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;

namespace Mptcp.ControlPlane.Server.Security.Certificates.Names;

/// <summary>What a certificate calls its owner.</summary>
/// <param name="SpiffeId">Its SPIFFE ID, where it is an X.509-SVID: one URI, which is a SPIFFE ID; else null.</param>
/// <param name="DnsNames">Its DNS names, in lower case, in its order.</param>
/// <param name="Subject">Its subject in the text of RFC 4514; empty for none.</param>
internal sealed record CertificateNames(string? SpiffeId, IReadOnlyList<string> DnsNames, string Subject)
{
    private const string SubjectAlternativeNames = "2.5.29.17";

    // GeneralName of RFC 5280, section 4.2.1.6.
    private static readonly Asn1Tag DnsName = new(TagClass.ContextSpecific, 2);
    private static readonly Asn1Tag UriName = new(TagClass.ContextSpecific, 6);

    /// <summary>Reads the names of a certificate. One whose alternative names cannot be read, or stand there twice, has none of them.</summary>
    public static CertificateNames Of(X509Certificate2 certificate)
    {
        var (dns, uris) = ReadAlternativeNames(certificate);
        var spiffeId = uris is [var uri] && Names.SpiffeId.IsValid(uri) ? uri : null;
        return new CertificateNames(spiffeId, dns, DistinguishedNameText.Of(certificate.SubjectName));
    }

    private static (IReadOnlyList<string> Dns, IReadOnlyList<string> Uris) ReadAlternativeNames(X509Certificate2 certificate)
    {
        var extensions = certificate.Extensions.Where(extension => extension.Oid?.Value == SubjectAlternativeNames).ToList();
        if (extensions is not [var extension])
            return ([], []);

        var dns = new List<string>();
        var uris = new List<string>();
        try
        {
            var names = new AsnReader(extension.RawData, AsnEncodingRules.DER).ReadSequence();
            while (names.HasData)
            {
                var tag = names.PeekTag();
                if (tag.HasSameClassAndValue(DnsName))
                    dns.Add(names.ReadCharacterString(UniversalTagNumber.IA5String, DnsName).ToLowerInvariant());
                else if (tag.HasSameClassAndValue(UriName))
                    uris.Add(names.ReadCharacterString(UniversalTagNumber.IA5String, UriName));
                else
                    names.ReadEncodedValue();
            }
        }
        catch (AsnContentException)
        {
            // Half of the names might be those of somebody else.
            return ([], []);
        }

        // What is no name of DNS is no name of a caller: it would be written into logs.
        return dns.TrueForAll(name => name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_' or '*')) ? (dns, uris) : ([], []);
    }
}
