using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Mptcp.ControlPlane.Client;

/// <summary>
/// Where a daemon listens: a Unix socket (<c>unix:/path</c> or <c>unix:///path</c>), a TCP port of this host
/// (<c>http://127.0.0.1:PORT</c>, <c>http://[::1]:PORT</c>, <c>http://localhost:PORT</c>), or one of any host by TLS
/// (<c>https://HOST:PORT</c>).
/// </summary>
/// <remarks>
/// <c>http</c> is plain text and says nothing of who calls, so it is refused for an address that is not a loopback one.
/// </remarks>
public sealed record ControlPlaneAddress
{
    /// <summary>Where a daemon listens unless it was told otherwise.</summary>
    public const string Default = "unix:/run/mptcp-controld/control.sock";

    const string Forms = "expected unix:/PATH, https://HOST:PORT, http://127.0.0.1:PORT or http://[::1]:PORT";

    // sockaddr_un.sun_path holds 108 bytes, the last of which is the terminating zero.
    const int LongestSocketPath = 107;

    ControlPlaneAddress(string? socketPath, Uri? uri)
    {
        SocketPath = socketPath;
        Uri = uri;
    }

    /// <summary>The absolute path of the Unix socket; null for a TCP port.</summary>
    public string? SocketPath { get; }

    /// <summary>The scheme, host and port; null for a Unix socket.</summary>
    public Uri? Uri { get; }

    /// <summary>Whether it is one for TLS: <c>https</c>.</summary>
    public bool IsSecure => Uri?.Scheme == Uri.UriSchemeHttps;

    /// <summary>Reads an address.</summary>
    /// <param name="text">The address in one of the forms above.</param>
    /// <exception cref="FormatException">It has none of these forms, or is plain-text HTTP to another host.</exception>
    public static ControlPlaneAddress Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse(text, out var address, out var error) ? address : throw new FormatException(error);
    }

    /// <summary>Reads an address, or says what is wrong with it.</summary>
    /// <param name="text">The address in one of the forms above.</param>
    /// <param name="address">The address, when the result is true.</param>
    /// <param name="error">What is wrong and what would be right, in one sentence without a full stop, when the result is false.</param>
    public static bool TryParse(
        string? text,
        [NotNullWhen(true)] out ControlPlaneAddress? address,
        [NotNullWhen(false)] out string? error)
    {
        text ??= "";
        (address, error) = text.StartsWith("unix:", StringComparison.Ordinal) ? ParseUnix(text) : ParseUri(text);
        return address is not null;
    }

    /// <summary>The address in the form in which it can be read again.</summary>
    public override string ToString() => SocketPath is null ? Uri!.GetLeftPart(UriPartial.Authority) : "unix:" + SocketPath;

    static (ControlPlaneAddress?, string?) ParseUnix(string text)
    {
        var path = text["unix:".Length..];
        if (path.StartsWith("//", StringComparison.Ordinal))
            path = path[2..];
        if (!path.StartsWith('/') || path.EndsWith('/') || path.Contains('\0'))
            return Refuse(text, "the path of a Unix socket is absolute, as in " + Default);
        // More slashes mean the same as one, and after "unix:" two of them would mean none.
        path = '/' + path.TrimStart('/');
        if (Encoding.UTF8.GetByteCount(path) > LongestSocketPath)
            return Refuse(text, $"the path of a Unix socket has at most {LongestSocketPath} bytes");
        return (new ControlPlaneAddress(path, null), null);
    }

    static (ControlPlaneAddress?, string?) ParseUri(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps))
            return Refuse(text, Forms);
        if (uri.PathAndQuery != "/" || uri.UserInfo.Length > 0 || uri.Fragment.Length > 0)
            return Refuse(text, "it has more than a host and a port");
        if (uri.Scheme == Uri.UriSchemeHttp && !uri.IsLoopback)
            return Refuse(text, "plain-text http is for loopback addresses only (127.0.0.1, [::1], localhost)");
        return (new ControlPlaneAddress(null, new Uri(uri.GetLeftPart(UriPartial.Authority))), null);
    }

    static (ControlPlaneAddress?, string?) Refuse(string text, string why) => (null, $"'{text}' is not an address of a daemon: {why}");
}
