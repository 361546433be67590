using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mptcp.ControlPlane.Server.Security.Certificates;

/// <summary>Judges the certificates of callers, when they come and again later.</summary>
internal sealed class ClientCertificates(CertificateKeeper keeper, TimeProvider time)
{
    // A chain of more has no honest reason.
    private const int MostIntermediates = 8;

    // What callers sent beside their own; it lives as long as the connection whose certificate it belongs to.
    private readonly ConditionalWeakTable<X509Certificate2, X509Certificate2Collection> _sent = [];

    /// <summary>Says that <see cref="StillGood"/> may say otherwise now. Expiry has no event: ask again for it now and then.</summary>
    public event Action? Changed
    {
        add => keeper.Changed += value;
        remove => keeper.Changed -= value;
    }

    /// <summary>Judges again a certificate that was good when its connection was made, by what is trusted now.</summary>
    /// <param name="certificate">The certificate, as the connection has it.</param>
    /// <param name="why">What speaks against it; empty when the result is true.</param>
    public bool StillGood(X509Certificate2 certificate, out string why)
    {
        var trust = keeper.Known.Trust;
        using var chain = new X509Chain { ChainPolicy = trust.CreatePolicy(time.GetUtcNow()) };
        if (_sent.TryGetValue(certificate, out var sent))
            chain.ChainPolicy.ExtraStore.AddRange(sent);
        try
        {
            chain.Build(certificate);
            why = trust.Objection(certificate, chain) ?? "";
            return why.Length == 0;
        }
        finally
        {
            foreach (var element in chain.ChainElements)
                element.Certificate.Dispose();
        }
    }

    /// <summary>Judges a certificate in a handshake.</summary>
    /// <param name="trust">What the handshake was begun with.</param>
    /// <param name="certificate">What the caller showed; null for none.</param>
    /// <param name="chain">The chain that was built of it.</param>
    /// <returns>What speaks against it; null when nothing does.</returns>
    internal string? Admit(ClientTrust trust, X509Certificate? certificate, X509Chain? chain)
    {
        if (certificate is not X509Certificate2 shown || chain is null)
            return "the caller has no certificate";
        try
        {
            if (trust.Objection(shown, chain) is { } objection)
                return objection;
        }
        catch (CryptographicException exception)
        {
            return $"the certificate cannot be read: {exception.Message}";
        }

        // The certificates of the chain end with the handshake.
        var between = new X509Certificate2Collection();
        foreach (var element in chain.ChainElements.Skip(1).SkipLast(1).Take(MostIntermediates))
            between.Add(X509CertificateLoader.LoadCertificate(element.Certificate.RawDataMemory.Span));
        if (between.Count > 0)
            _sent.AddOrUpdate(shown, between);
        return null;
    }
}
