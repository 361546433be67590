using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mptcp.ControlPlane.Testing;

/// <summary>An authority of a test, and the files of what it makes.</summary>
sealed class FakeCertificates : IDisposable
{
    readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("mptcp-");
    readonly X509Certificate2 _authority;

    public FakeCertificates()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Test", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var now = DateTimeOffset.UtcNow;
        _authority = request.CreateSelfSigned(now.AddDays(-30), now.AddDays(30));
        File.WriteAllText(AuthorityFile, _authority.ExportCertificatePem());
        Server = Create("daemon", IPAddress.Loopback.ToString());
        WriteClient(Create("alice"));
    }

    public string AuthorityFile => Path.Combine(_directory.FullName, "ca.pem");

    public string CertificateFile => Path.Combine(_directory.FullName, "client.pem");

    public string KeyFile => Path.Combine(_directory.FullName, "client.key");

    public string TokenFile => Path.Combine(_directory.FullName, "token");

    /// <summary>What the daemon shows.</summary>
    public X509Certificate2 Server { get; set; }

    /// <summary>The subjects of those that the daemon accepted, in order.</summary>
    public List<string> Seen { get; } = [];

    /// <summary>Whom the daemon refuses, by their subject.</summary>
    public string? Refused { get; set; }

    /// <summary>Makes a certificate with its key.</summary>
    /// <param name="name">The common name of its subject.</param>
    /// <param name="host">The address or name it is for; null for none.</param>
    /// <param name="daysLeft">In how many days it expires.</param>
    public X509Certificate2 Create(string name, string? host = null, double daysLeft = 10)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var alternatives = new SubjectAlternativeNameBuilder();
        if (IPAddress.TryParse(host, out var address))
            alternatives.AddIpAddress(address);
        else
            alternatives.AddDnsName(host ?? "nowhere.example");
        request.CertificateExtensions.Add(alternatives.Build());
        var now = DateTimeOffset.UtcNow;
        using var bare = request.Create(_authority, now.AddDays(-20), now.AddDays(daysLeft), RandomNumberGenerator.GetBytes(8));
        return bare.CopyWithPrivateKey(key);
    }

    /// <summary>Puts another certificate of the caller into its files.</summary>
    public void WriteClient(X509Certificate2 certificate)
    {
        File.WriteAllText(CertificateFile, certificate.ExportCertificatePem());
        File.WriteAllText(KeyFile, certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
    }

    /// <summary>How the daemon makes a handshake.</summary>
    public SslServerAuthenticationOptions ServerOptions() => new()
    {
        ServerCertificate = Server,
        ClientCertificateRequired = true,
        EnabledSslProtocols = SslProtocols.Tls13,
        ApplicationProtocols = [SslApplicationProtocol.Http2],
        RemoteCertificateValidationCallback = (_, certificate, _, _) =>
        {
            if (certificate is null || certificate.Subject == Refused)
                return false;
            Seen.Add(certificate.Subject);
            return true;
        },
    };

    public void Dispose() => _directory.Delete(recursive: true);
}
