using System.Formats.Asn1;
using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Mptcp.ControlPlane.Server.Security.Certificates.Names;

/// <summary>
/// Distinguished names as text (RFC 4514): <c>CN=edge,O=Example</c>, the innermost name first. .NET writes another form, in
/// which different names can look the same.
/// </summary>
internal static class DistinguishedNameText
{
    // The table of section 3 of RFC 4514; other types are told by their numbers.
    private static readonly Dictionary<string, string> Types = new()
    {
        ["2.5.4.3"] = "CN",
        ["2.5.4.7"] = "L",
        ["2.5.4.8"] = "ST",
        ["2.5.4.10"] = "O",
        ["2.5.4.11"] = "OU",
        ["2.5.4.6"] = "C",
        ["2.5.4.9"] = "STREET",
        ["0.9.2342.19200300.100.1.25"] = "DC",
        ["0.9.2342.19200300.100.1.1"] = "UID",
    };

    /// <summary>Writes a name.</summary>
    public static string Of(X500DistinguishedName name) => Of(name.RawData);

    /// <summary>Writes a name that is encoded as <c>Name</c> of RFC 5280.</summary>
    /// <exception cref="AsnContentException">It is none.</exception>
    public static string Of(ReadOnlyMemory<byte> encoded)
    {
        var parts = new List<string>();
        var names = new AsnReader(encoded, AsnEncodingRules.BER).ReadSequence();
        while (names.HasData)
        {
            var attributes = new List<string>();
            var set = names.ReadSetOf(skipSortOrderValidation: true);
            while (set.HasData)
                attributes.Add(ReadAttribute(set.ReadSequence()));
            parts.Add(string.Join('+', attributes));
        }

        parts.Reverse();
        return string.Join(',', parts);
    }

    private static string ReadAttribute(AsnReader attribute)
    {
        var type = attribute.ReadObjectIdentifier();
        var value = attribute.PeekEncodedValue();
        if (!Types.TryGetValue(type, out var word))
            return $"{type}=#{Convert.ToHexString(value.Span)}";

        return $"{word}={(ReadText(attribute) is { } text ? Escape(text) : $"#{Convert.ToHexString(value.Span)}")}";
    }

    // Null for what is no text, or has letters that its kind of text does not have: certificates with such do exist.
    private static string? ReadText(AsnReader attribute)
    {
        var tag = attribute.PeekTag();
        if (tag.TagClass != TagClass.Universal)
            return null;
        try
        {
            return (UniversalTagNumber)tag.TagValue is UniversalTagNumber.UTF8String or UniversalTagNumber.PrintableString
                or UniversalTagNumber.IA5String or UniversalTagNumber.NumericString or UniversalTagNumber.BMPString or UniversalTagNumber.T61String
                ? attribute.ReadCharacterString((UniversalTagNumber)tag.TagValue)
                : null;
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    // Section 2.4, and control characters as well: they have no business in a log.
    private static string Escape(string value)
    {
        var text = new StringBuilder();
        for (var i = 0; i < value.Length; i++)
        {
            var letter = value[i];
            if (char.IsControl(letter))
            {
                foreach (var octet in Encoding.UTF8.GetBytes([letter]))
                    text.Append(CultureInfo.InvariantCulture, $"\\{octet:X2}");
                continue;
            }

            var isAtEnd = i == 0 || i == value.Length - 1;
            if (letter is '"' or '+' or ',' or ';' or '<' or '>' or '\\' || (letter == '#' && i == 0) || (letter == ' ' && isAtEnd))
                text.Append('\\');
            text.Append(letter);
        }

        return text.ToString();
    }
}
