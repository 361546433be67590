using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Mptcp.ControlPlane.Server.Security.Certificates;

/// <summary>Reads PEM (RFC 7468), and notices what is only half there.</summary>
internal static class PemText
{
    public const string CertificateLabel = "CERTIFICATE";
    public const string RevocationListLabel = "X509 CRL";

    private const string Beginning = "-----BEGIN ";

    /// <summary>Reads the certificates of a file.</summary>
    /// <param name="content">The whole file.</param>
    /// <param name="path">Its name, for messages.</param>
    /// <exception cref="BrokenCertificatesException">There is none, or one of them is none or has no end.</exception>
    public static X509Certificate2Collection ReadCertificates(byte[] content, string path)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            foreach (var block in ReadBlocks(content, path, CertificateLabel))
                certificates.Add(X509CertificateLoader.LoadCertificate(block));
        }
        catch (CryptographicException exception)
        {
            throw new BrokenCertificatesException($"{path} holds something that is no certificate: {exception.Message}", exception);
        }

        return certificates;
    }

    /// <summary>Reads what stands between the lines of a label; other labels are passed over.</summary>
    /// <param name="content">The whole file.</param>
    /// <param name="path">Its name, for messages.</param>
    /// <param name="label">Which blocks to read.</param>
    /// <exception cref="BrokenCertificatesException">There is none, or something begins that has no end.</exception>
    public static IReadOnlyList<byte[]> ReadBlocks(byte[] content, string path, string label)
    {
        // What is outside the blocks may be in any encoding, and is nobody's business.
        var text = Encoding.Latin1.GetString(content);
        var blocks = new List<byte[]>();
        var whole = 0;
        for (var rest = text.AsSpan(); PemEncoding.TryFind(rest, out var fields); rest = rest[fields.Location.End..])
        {
            whole++;
            if (rest[fields.Label].SequenceEqual(label))
                blocks.Add(Convert.FromBase64String(rest[fields.Base64Data].ToString()));
        }

        // A file that is being written ends anywhere; taking it for a shorter one would lock callers out.
        if (text.AsSpan().Count(Beginning) != whole)
            throw new BrokenCertificatesException($"{path} is damaged, or not yet written to its end");
        return blocks.Count > 0 ? blocks : throw new BrokenCertificatesException($"{path} holds no \"{label}\" in PEM");
    }
}
