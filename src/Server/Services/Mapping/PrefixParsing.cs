using System.Net;
using System.Net.Sockets;
using Mptcp.ControlPlane.Server.Services.Errors;

namespace Mptcp.ControlPlane.Server.Services.Mapping;

/// <summary>Prefixes of requests, in CIDR notation.</summary>
internal static class PrefixParsing
{
    /// <summary>Reads a prefix.</summary>
    /// <param name="text">The prefix: <c>198.18.0.0/15</c>.</param>
    /// <param name="field">The path of the field.</param>
    /// <param name="violations">Receives what is wrong.</param>
    /// <returns>Null when something is wrong.</returns>
    public static IPNetwork? Parse(string text, string field, RequestViolations violations)
    {
        var prefix = Find(text);
        if (prefix is null)
            violations.Add(field, $"must be a prefix such as 198.18.0.0/15 with no bits set behind it, and is \"{text}\"");
        return prefix;
    }

    /// <summary>Reads a prefix.</summary>
    /// <returns>Null when the text is none, or bits are set behind it.</returns>
    public static IPNetwork? Find(string text)
    {
        // IPNetwork cuts off what is set behind the prefix, and it and IPAddress also take "10/8", octal parts, brackets and scopes.
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0 || !IPAddress.TryParse(text.AsSpan(0, slash), out var address) || !IPNetwork.TryParse(text, out var network))
            return null;
        var literal = address.AddressFamily == AddressFamily.InterNetwork
            ? address.ToString() == text[..slash]
            : text.AsSpan(0, slash).IndexOfAny("%[]") < 0;
        return literal && network.BaseAddress.Equals(address) ? network : null;
    }
}
