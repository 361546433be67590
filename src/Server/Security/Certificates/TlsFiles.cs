namespace Mptcp.ControlPlane.Server.Security.Certificates;

/// <summary>The files of mutual TLS; all paths are absolute, all files PEM.</summary>
/// <param name="Certificate">The daemon's own certificate, and behind it the intermediate ones that lead to its authority.</param>
/// <param name="Key">The private key of the certificate, unencrypted.</param>
/// <param name="ClientAuthorities">The authorities whose certificates callers may have: roots, and intermediate ones if wanted.</param>
/// <param name="Revoked">Revocation lists of those authorities; null for none.</param>
internal sealed record TlsFiles(string Certificate, string Key, string ClientAuthorities, string? Revoked);
