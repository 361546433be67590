using Microsoft.Extensions.Primitives;

namespace Mptcp.ControlPlane.Server.Security.Tokens;

/// <summary>The header that a token comes in (RFC 6750, section 2.1).</summary>
internal static class BearerHeader
{
    private const string Scheme = "Bearer ";

    /// <summary>Takes the token out; null where the header is of another form, or comes twice.</summary>
    public static string? Read(StringValues header)
        => header is [{ } only] && only.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) && only[Scheme.Length..].Trim() is { Length: > 0 } token
            ? token
            : null;
}
