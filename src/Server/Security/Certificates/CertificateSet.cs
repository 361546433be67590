using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Mptcp.ControlPlane.Server.Security.Certificates;

/// <summary>What handshakes are made with: the daemon's own certificate, and which ones callers may have. They change together.</summary>
internal sealed class CertificateSet
{
    // The kinds of public keys (RFC 3279, section 2.3).
    private const string EllipticKey = "1.2.840.10045.2.1";
    private const string RsaKey = "1.2.840.113549.1.1.1";

    private CertificateSet(X509Certificate2 own, SslStreamCertificateContext context, ClientTrust trust)
    {
        Own = own;
        Context = context;
        Trust = trust;
    }

    /// <summary>The daemon's own certificate.</summary>
    public X509Certificate2 Own { get; }

    /// <summary>The same with its key and the intermediate ones, as handshakes take it.</summary>
    public SslStreamCertificateContext Context { get; }

    /// <summary>Which certificates callers may have.</summary>
    public ClientTrust Trust { get; }

    /// <summary>Makes a set of what the files hold.</summary>
    /// <param name="files">Their names, for messages.</param>
    /// <param name="contents">What they hold.</param>
    /// <exception cref="BrokenCertificatesException">They do not go together, or one of them is not what it should be.</exception>
    public static CertificateSet Load(TlsFiles files, CertificateContents contents)
    {
        var chain = PemText.ReadCertificates(contents.Certificate, files.Certificate);
        var own = WithKey(chain[0], contents.Key, files);
        chain.RemoveAt(0);
        try
        {
            var trust = ClientTrust.Load(files, contents.ClientAuthorities, contents.Revoked);
            return new CertificateSet(own, SslStreamCertificateContext.Create(own, chain, offline: true), trust);
        }
        catch (CryptographicException exception)
        {
            throw new BrokenCertificatesException(exception.Message, exception);
        }
    }

    private static X509Certificate2 WithKey(X509Certificate2 certificate, byte[] content, TlsFiles files)
    {
        var text = Encoding.Latin1.GetString(content);
        if (text.Contains("ENCRYPTED", StringComparison.Ordinal))
            throw new BrokenCertificatesException($"the key in {files.Key} is encrypted, and nobody is there to be asked for a password");
        try
        {
            return certificate.GetKeyAlgorithm() switch
            {
                EllipticKey => WithEllipticKey(certificate, text),
                RsaKey => WithRsaKey(certificate, text),
                _ => throw new BrokenCertificatesException($"the key of {files.Certificate} is neither one of ECDSA nor of RSA"),
            };
        }
        catch (ArgumentException exception) when (exception.ParamName == "privateKey")
        {
            throw new BrokenCertificatesException($"the key in {files.Key} is not that of the certificate in {files.Certificate}", exception);
        }
        catch (Exception exception) when (exception is ArgumentException or CryptographicException)
        {
            throw new BrokenCertificatesException(
                $"{files.Key} holds no private key in PEM of the kind that the certificate in {files.Certificate} has", exception);
        }
    }

    private static X509Certificate2 WithEllipticKey(X509Certificate2 certificate, string text)
    {
        using var key = ECDsa.Create();
        key.ImportFromPem(text);
        return certificate.CopyWithPrivateKey(key);
    }

    private static X509Certificate2 WithRsaKey(X509Certificate2 certificate, string text)
    {
        using var key = RSA.Create();
        key.ImportFromPem(text);
        return certificate.CopyWithPrivateKey(key);
    }
}
