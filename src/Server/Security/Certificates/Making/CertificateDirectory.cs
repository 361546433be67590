using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Mptcp.ControlPlane.Server.Hosting;

namespace Mptcp.ControlPlane.Server.Security.Certificates.Making;

/// <summary>The directory that the certificates of a first try are kept in.</summary>
/// <param name="directory">Its absolute path.</param>
/// <param name="time">The time.</param>
internal sealed class CertificateDirectory(string directory, TimeProvider time)
{
    /// <summary>The names of callers' certificates begin with it.</summary>
    public const string ClientPrefix = "client-";

    private const string Authority = "ca";
    private const string Server = "server";
    private const string AuthorityName = "mptcp-controld test authority";
    private const UnixFileMode KeyMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OtherMode = KeyMode | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    // A list is good for as long as certificates are by default.
    private static readonly TimeSpan ListLifetime = TimeSpan.FromDays(30);

    public string AuthorityFile => PathOf($"{Authority}.pem");

    public string ServerFile => PathOf($"{Server}.pem");

    public string ServerKeyFile => PathOf($"{Server}.key");

    public string RevokedFile => PathOf("revoked.pem");

    public string ClientFile(string name) => PathOf($"{ClientPrefix}{name}.pem");

    public string ClientKeyFile(string name) => PathOf($"{ClientPrefix}{name}.key");

    /// <summary>Makes an authority, a certificate for a daemon, one for each caller, and an empty revocation list.</summary>
    /// <param name="serverNames">The names and addresses of the daemon.</param>
    /// <param name="clients">The callers by their names, with SPIFFE IDs where they have them.</param>
    /// <param name="lifetime">How long they are valid.</param>
    /// <param name="isForced">Whether to write over what is there.</param>
    /// <returns>When they expire.</returns>
    /// <exception cref="StartupException">Files are there already, or cannot be written.</exception>
    public DateTimeOffset Make(
        IReadOnlyList<string> serverNames, IReadOnlyDictionary<string, string?> clients, TimeSpan lifetime, bool isForced) => Guarded(() =>
    {
        string[] names = [Authority, Server, .. clients.Keys.Select(name => ClientPrefix + name)];
        var files = names.SelectMany(name => new[] { PathOf($"{name}.pem"), PathOf($"{name}.key") }).Append(RevokedFile);
        if (!isForced && files.FirstOrDefault(Path.Exists) is { } there)
            throw new StartupException($"{there} is there already; --force writes over it");

        Directory.CreateDirectory(directory);
        var certificates = TestCertificates.Create(AuthorityName, time, lifetime);
        WritePair(Authority, certificates.Authority);
        using var server = certificates.CreateServer(serverNames);
        WritePair(Server, server);
        foreach (var (name, spiffeId) in clients)
        {
            using var client = certificates.CreateClient(name, spiffeId);
            WritePair(ClientPrefix + name, client);
        }

        WriteList(new CertificateRevocationListBuilder(), certificates.Authority, 1);
        return (DateTimeOffset)certificates.Authority.NotAfter.ToUniversalTime();
    });

    /// <summary>Revokes a caller's certificate: puts it on the list.</summary>
    /// <param name="name">The caller's name.</param>
    /// <exception cref="StartupException">There is no such certificate, or the list cannot be written.</exception>
    public void Revoke(string name) => Guarded(() =>
    {
        // Read by .NET's own means, which say what file it is that is missing.
        using var authority = X509Certificate2.CreateFromPem(File.ReadAllText(AuthorityFile), File.ReadAllText(PathOf($"{Authority}.key")));
        using var certificate = X509Certificate2.CreateFromPem(File.ReadAllText(ClientFile(name)));
        var list = new CertificateRevocationListBuilder();
        var number = BigInteger.Zero;
        if (File.Exists(RevokedFile))
            list = CertificateRevocationListBuilder.LoadPem(File.ReadAllText(RevokedFile), out number);
        list.RemoveEntry(certificate.SerialNumberBytes.Span);
        list.AddEntry(certificate, time.GetUtcNow());
        WriteList(list, authority, number + 1);
        return true;
    });

    private static T Guarded<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new StartupException(exception.Message, exception);
        }
    }

    private string PathOf(string name) => Path.Combine(directory, name);

    private void WriteList(CertificateRevocationListBuilder list, X509Certificate2 authority, BigInteger number)
    {
        var now = time.GetUtcNow();
        var built = list.Build(authority, number, now + ListLifetime, HashAlgorithmName.SHA256, thisUpdate: now);
        Write(RevokedFile, PemEncoding.WriteString(PemText.RevocationListLabel, built), OtherMode);
    }

    private void WritePair(string name, X509Certificate2 certificate)
    {
        using var key = certificate.GetECDsaPrivateKey()!;
        Write(PathOf($"{name}.key"), key.ExportPkcs8PrivateKeyPem(), KeyMode);
        Write(PathOf($"{name}.pem"), certificate.ExportCertificatePem(), OtherMode);
    }

    // A daemon may read the file at any time: it is there whole or as it was.
    private static void Write(string path, string content, UnixFileMode mode)
    {
        var unfinished = $"{path}.unfinished";
        File.Delete(unfinished);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = mode };
        using (var file = new FileStream(unfinished, options))
            file.Write(Encoding.ASCII.GetBytes($"{content}\n"));
        File.Move(unfinished, path, overwrite: true);
    }
}
