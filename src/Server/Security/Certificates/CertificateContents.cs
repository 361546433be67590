using System.Security.Cryptography;
using Mptcp.ControlPlane.Server.Hosting.Configuration;

namespace Mptcp.ControlPlane.Server.Security.Certificates;

/// <summary>What the files of mutual TLS held at one moment.</summary>
/// <param name="Certificate">The daemon's own certificate.</param>
/// <param name="Key">Its key.</param>
/// <param name="ClientAuthorities">The authorities of callers.</param>
/// <param name="Revoked">Their revocation lists; null where no file is set.</param>
internal sealed record CertificateContents(byte[] Certificate, byte[] Key, byte[] ClientAuthorities, byte[]? Revoked)
{
    // Lists of large authorities have some megabytes.
    private const int LongestFile = 64 * 1024 * 1024;

    /// <summary>Reads the files.</summary>
    /// <exception cref="BrokenCertificatesException">One of them cannot be read.</exception>
    public static CertificateContents Read(TlsFiles files) => new(
        Read(files.Certificate), Read(files.Key), Read(files.ClientAuthorities), files.Revoked is null ? null : Read(files.Revoked));

    /// <summary>
    /// Tells contents apart without keeping them. The contents and not the times and inodes of the files, as links, copies that
    /// keep times and file systems of all kinds lead to them.
    /// </summary>
    public string Digest()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var content in new[] { Certificate, Key, ClientAuthorities, Revoked ?? [] })
        {
            hash.AppendData(BitConverter.GetBytes(content.Length));
            hash.AppendData(content);
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }

    private static byte[] Read(string path)
    {
        try
        {
            return BoundedFile.Read(path, LongestFile);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new BrokenCertificatesException($"{path} cannot be read: {exception.Message}", exception);
        }
    }
}
