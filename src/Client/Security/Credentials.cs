using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mptcp.ControlPlane.Client.Security;

/// <summary>Whom connections trust and who their caller is, as it is when each is made.</summary>
sealed class Credentials(ControlPlaneTls options)
{
    SslStreamCertificateContext? _last;

    /// <summary>How the daemon's certificate is judged; null to leave that to the system.</summary>
    /// <exception cref="ControlPlaneConnectionException">The authorities cannot be read.</exception>
    public X509ChainPolicy CreatePolicy()
    {
        var policy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        if ((options.Authorities ?? ReadAuthorities()) is { } authorities)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(authorities);
        }

        return policy;
    }

    /// <summary>This caller's certificate; null for none.</summary>
    /// <exception cref="ControlPlaneConnectionException">It cannot be used, and none was before.</exception>
    public SslStreamCertificateContext? FindOwn()
    {
        var context = options.Certificate is { } given ? _last ??= SslStreamCertificateContext.Create(given, null, offline: true) : ReadOwn();
        return context?.TargetCertificate is { } own && own.NotAfter < DateTime.Now
            ? throw new ControlPlaneConnectionException(
                $"the own certificate{(options.CertificateFile is { } file ? $" in {file}" : "")} expired at {own.NotAfter.ToUniversalTime():yyyy-MM-dd'T'HH:mm:ss'Z'}")
            : context;
    }

    X509Certificate2Collection? ReadAuthorities()
    {
        if (options.AuthorityFile is not { } file)
            return null;
        var authorities = new X509Certificate2Collection();
        try
        {
            authorities.ImportFromPemFile(file);
        }
        catch (Exception e) when (IsFailure(e))
        {
            throw new ControlPlaneConnectionException($"the authorities in {file} cannot be read: {e.Message}", e);
        }

        return authorities.Count > 0 ? authorities : throw new ControlPlaneConnectionException($"{file} holds no certificate in PEM");
    }

    SslStreamCertificateContext? ReadOwn()
    {
        if (options.CertificateFile is not { } file)
            return null;
        try
        {
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(file);
            if (chain.Count == 0)
                throw new ControlPlaneConnectionException($"{file} holds no certificate in PEM");
            chain.RemoveAt(0);
            var own = X509Certificate2.CreateFromPem(File.ReadAllText(file), File.ReadAllText(options.KeyFile!));
            return _last = SslStreamCertificateContext.Create(own, chain, offline: true);
        }
        // Somebody may be in the middle of replacing the two.
        catch (Exception e) when (IsFailure(e) && _last is not null)
        {
            return _last;
        }
        catch (Exception e) when (IsFailure(e) && e is not ControlPlaneConnectionException)
        {
            throw new ControlPlaneConnectionException($"the own certificate in {file} with the key in {options.KeyFile} cannot be used: {e.Message}", e);
        }
    }

    static bool IsFailure(Exception e) => e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException;
}
