using System.Globalization;
using System.Net;
using Mptcp.ControlPlane.Server.Hosting.Configuration;
using Mptcp.ControlPlane.Server.Policies.Model;
using Mptcp.ControlPlane.Server.Services.Mapping;
using Mptcp.Native.Interop;

namespace Mptcp.ControlPlane.Server.Policies.Documents;

/// <summary>Reads what scalars of policy documents stand for; each method is a <see cref="ScalarReader{T}"/>.</summary>
internal static class ScalarText
{
    public static string? Text(string text, out string value)
    {
        value = text;
        return null;
    }

    public static string? Whole(string text, out int value)
        => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value)
            ? null
            : $"must be a whole number, and is {Quoting.Quote(text)}";

    public static string? UserId(string text, out uint value)
        => uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value)
            ? null
            : $"must be the number of a user, and is {Quoting.Quote(text)}";

    public static string? Port(string text, out int value)
        => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value is >= 1 and <= ushort.MaxValue
            ? null
            : $"must be a port, 1 to {ushort.MaxValue}, and is {Quoting.Quote(text)}";

    public static string? Ports(string text, out PortRange value)
    {
        var dash = text.IndexOf('-', StringComparison.Ordinal);
        var last = 0;
        var isRead = Port(dash < 0 ? text : text[..dash], out var first) is null && Port(text[(dash + 1)..], out last) is null && first <= last;
        value = new PortRange(first, last);
        return isRead
            ? null
            : $"must be a port, 1 to {ushort.MaxValue}, or a range such as 8000-8100 with the lower one first, and is {Quoting.Quote(text)}";
    }

    public static string? Prefix(string text, out IPNetwork value)
    {
        var prefix = PrefixParsing.Find(text);
        value = prefix ?? default;
        return prefix is null ? $"must be a prefix such as 198.18.0.0/15 with no bits set behind it, and is {Quoting.Quote(text)}" : null;
    }

    public static string? Address(string text, out IPAddress? value)
    {
        var problem = AddressParsing.ReadAddress(text, out var address);
        value = address;
        return problem;
    }

    public static string? Duration(string text, out TimeSpan value)
    {
        try
        {
            value = DurationText.Parse(text);
            return null;
        }
        catch (FormatException)
        {
            value = default;
            return $"must be a duration such as 500ms, 2s or 1m30s, of at most a year, and is {Quoting.Quote(text)}";
        }
    }

    /// <summary>A part: <c>20%</c> or <c>0.2</c>.</summary>
    public static string? Part(string text, out double value)
    {
        const NumberStyles Fraction = NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        var isPercent = text.EndsWith('%');
        var isRead = double.TryParse(isPercent ? text[..^1] : text, Fraction, CultureInfo.InvariantCulture, out value);
        value = isPercent ? value / 100 : value;
        return isRead && value is >= 0 and <= 1 ? null : $"must be 0% to 100%, and is {Quoting.Quote(text)}";
    }

    public static string? Error(string text, out Errno value)
    {
        var error = Errno.Find(text);
        value = error ?? default;
        if (error is not null)
            return null;
        var nearest = EditDistance.Nearest(Quoting.Plain(text), Errno.AllNames);
        return $"must be the name of an error, and is {Quoting.Quote(text)}; the nearest is \"{nearest}\"";
    }
}
