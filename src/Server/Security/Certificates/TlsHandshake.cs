namespace Mptcp.ControlPlane.Server.Security.Certificates;

/// <summary>How far the handshake of a connection came, and why no further.</summary>
internal sealed class TlsHandshake
{
    /// <summary>Whether it was completed.</summary>
    public bool IsComplete { get; set; }

    /// <summary>Why it was not, as far as it is known.</summary>
    public string Problem { get; set; } = "the caller did not begin a TLS handshake, or not in time";
}
