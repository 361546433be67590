namespace Mptcp.ControlPlane.Server.Security.Tokens;

/// <summary>Whose tokens prove callers.</summary>
/// <param name="Issuer">What their claim <c>iss</c> says, letter for letter.</param>
/// <param name="Audience">What is in their claim <c>aud</c>, letter for letter.</param>
/// <param name="KeyFile">The file of the issuer's public keys, a JWKS (RFC 7517, section 5); absolute.</param>
internal sealed record TokenRules(string Issuer, string Audience, string KeyFile);
