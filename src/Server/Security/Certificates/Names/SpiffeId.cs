namespace Mptcp.ControlPlane.Server.Security.Certificates.Names;

/// <summary>SPIFFE IDs: <c>spiffe://TRUST-DOMAIN/PATH</c>, as section 2 of the SPIFFE-ID standard has them.</summary>
internal static class SpiffeId
{
    private const string Scheme = "spiffe://";
    private const int LongestId = 2048;
    private const int LongestTrustDomain = 255;

    /// <summary>Whether a URI is a SPIFFE ID. It has one spelling only, so that equal texts are equal ids.</summary>
    public static bool IsValid(string uri)
    {
        // The scheme is the same in capitals by RFC 3986, but then it would be another spelling.
        if (uri.Length > LongestId || !uri.StartsWith(Scheme, StringComparison.Ordinal))
            return false;
        var parts = uri[Scheme.Length..].Split('/');
        return parts[0].Length is > 0 and <= LongestTrustDomain && parts[0].All(IsOfTrustDomain) && parts.Skip(1).All(IsSegment);
    }

    private static bool IsSegment(string segment) => segment is not ("" or "." or "..") && segment.All(IsOfPath);

    private static bool IsOfTrustDomain(char letter) => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter is '.' or '-' or '_';

    private static bool IsOfPath(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_';
}
