namespace Mptcp.ControlPlane.Server.Security.Tokens;

/// <summary>What a token has proved that was found good. The token itself is not kept here, as callers are written to logs.</summary>
/// <param name="Subject">Whom it is of: its claim <c>sub</c>.</param>
/// <param name="End">Until when it is good, with what clocks may differ by.</param>
/// <param name="KeyThumbprint">The key that signed it, as <see cref="TokenKey.Thumbprint"/> tells it from others.</param>
internal sealed record ProvedToken(string Subject, DateTimeOffset End, string KeyThumbprint)
{
    /// <summary>The name that it gives its caller, as bindings have it.</summary>
    public string Name => $"token:{Subject}";
}
