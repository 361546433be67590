using System.Security.Cryptography.X509Certificates;

namespace Mptcp.ControlPlane.Server.Security.Identity;

/// <summary>A caller's certificate, and what was last found of it. It was good when the connection was made.</summary>
/// <param name="certificate">The certificate.</param>
/// <param name="generation">How often what is trusted had changed by then.</param>
internal sealed class CertificateStanding(X509Certificate2 certificate, long generation)
{
    private readonly Lock _guard = new();
    private long _generation = generation;
    private string? _objection;

    /// <summary>What speaks against the certificate now; null where nothing does.</summary>
    /// <param name="now">The time.</param>
    /// <param name="generationNow">How often what is trusted has changed.</param>
    /// <param name="judge">Judges it again.</param>
    public string? Find(DateTimeOffset now, long generationNow, Func<X509Certificate2, string?> judge)
    {
        if (now > certificate.NotAfter)
            return "it has expired";
        lock (_guard)
        {
            if (_generation != generationNow)
                (_generation, _objection) = (generationNow, judge(certificate));
            return _objection;
        }
    }
}
