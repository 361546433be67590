using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Time.Testing;
using Mptcp.ControlPlane.Server.Security.Certificates;
using Mptcp.ControlPlane.Server.Security.Certificates.Making;

namespace Mptcp.ControlPlane.Server.Tests.Support;

/// <summary>The files of mutual TLS in a directory, with the means to change them.</summary>
internal sealed class CertificateFolder
{
    private readonly CertificateRevocationListBuilder _revoked = new();
    private BigInteger _number;

    private CertificateFolder(TlsFiles names, TestCertificates authority)
    {
        Names = names;
        Authority = authority;
    }

    public TlsFiles Names { get; }

    public TestCertificates Authority { get; }

    public static CertificateFolder Create(TemporaryDirectory directory, TimeProvider? time = null)
    {
        var names = new TlsFiles(
            directory.File("server.pem"), directory.File("server.key"), directory.File("ca.pem"), directory.File("revoked.pem"));
        var folder = new CertificateFolder(names, NewAuthority("Test", time));
        folder.Write(folder.NewServer());
        File.WriteAllText(names.ClientAuthorities, folder.Authority.Authority.ExportCertificatePem());
        folder.WriteRevoked();
        return folder;
    }

    public static TestCertificates NewAuthority(string name, TimeProvider? time = null) =>
        new(TestCertificates.Create(name, new FakeTimeProvider(Began), TimeSpan.FromDays(90)).Authority, time ?? TimeProvider.System, TimeSpan.FromDays(30));


    public X509Certificate2 NewServer() => Authority.CreateServer(["localhost", "127.0.0.1"]);

    public X509Certificate2 NewClient(string name = "edge") => Authority.CreateClient(name, null);

    /// <summary>Puts another certificate of the daemon there, the key first.</summary>
    public void Write(X509Certificate2 server)
    {
        WriteKey(server);
        WriteCertificate(server);
    }

    public void WriteKey(X509Certificate2 server) => Replace(Names.Key, server.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());

    public void WriteCertificate(X509Certificate2 server) => Replace(Names.Certificate, server.ExportCertificatePem());

    public void Revoke(X509Certificate2 certificate)
    {
        _revoked.AddEntry(certificate);
        WriteRevoked();
    }

    /// <summary>Writes the list anew.</summary>
    /// <param name="signer">Who signs it; null for the authority.</param>
    /// <param name="lifetime">Until when the next one is promised; null for 30 days.</param>
    public void WriteRevoked(TestCertificates? signer = null, TimeSpan? lifetime = null)
    {
        var now = DateTimeOffset.UtcNow;
        var list = _revoked.Build(
            (signer ?? Authority).Authority, ++_number, now + (lifetime ?? TimeSpan.FromDays(30)), HashAlgorithmName.SHA256,
            thisUpdate: now - TimeSpan.FromDays(1));
        Replace(Names.Revoked!, PemEncoding.WriteString("X509 CRL", list));
    }

    // Long enough ago for certificates of it to have expired.
    private static DateTimeOffset Began => DateTimeOffset.UtcNow.AddDays(-10);

    // As tools do that know that somebody may be reading.
    private static void Replace(string path, string content)
    {
        File.WriteAllText(path + ".new", content);
        File.Move(path + ".new", path, overwrite: true);
    }
}
