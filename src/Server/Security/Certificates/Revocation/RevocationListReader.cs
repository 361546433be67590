using System.Formats.Asn1;
using Mptcp.ControlPlane.Server.Security.Certificates.Names;

namespace Mptcp.ControlPlane.Server.Security.Certificates.Revocation;

/// <summary>Reads certificate revocation lists, which .NET writes but does not read.</summary>
internal static class RevocationListReader
{
    private static readonly Asn1Tag Extensions = new(TagClass.ContextSpecific, 0, isConstructed: true);

    /// <summary>Reads a list.</summary>
    /// <param name="encoded">It, in DER.</param>
    /// <exception cref="AsnContentException">It is none.</exception>
    /// <exception cref="NotSupportedException">It says what must be understood and is not, such as that it is only a part.</exception>
    public static RevocationList Read(ReadOnlyMemory<byte> encoded)
    {
        var outermost = new AsnReader(encoded, AsnEncodingRules.DER);
        var list = outermost.ReadSequence();
        outermost.ThrowIfNotEmpty();
        var signed = list.PeekEncodedValue();
        var content = list.ReadSequence();
        var algorithm = list.ReadSequence().ReadObjectIdentifier();
        var signature = list.ReadBitString(out _);
        list.ThrowIfNotEmpty();

        if (content.PeekTag().HasSameClassAndValue(Asn1Tag.Integer))
            content.ReadInteger(); // The version.
        if (content.ReadSequence().ReadObjectIdentifier() != algorithm)
            throw new AsnContentException("two algorithms are named for one signature");
        var issuer = DistinguishedNameText.Of(content.ReadEncodedValue());
        ReadTime(content);
        DateTimeOffset? nextUpdate = content.HasData && IsTime(content.PeekTag()) ? ReadTime(content) : null;
        var serials = new HashSet<string>();
        if (content.HasData && content.PeekTag().HasSameClassAndValue(Asn1Tag.Sequence))
        {
            var entries = content.ReadSequence();
            while (entries.HasData)
                serials.Add(ReadEntry(entries.ReadSequence()));
        }

        if (content.HasData && content.PeekTag().HasSameClassAndValue(Extensions))
            RefuseCritical(content.ReadSequence(Extensions).ReadSequence());
        content.ThrowIfNotEmpty();
        return new RevocationList
        {
            Issuer = issuer,
            NextUpdate = nextUpdate,
            Serials = serials,
            Signed = signed,
            Algorithm = algorithm,
            Signature = signature,
        };
    }

    private static string ReadEntry(AsnReader entry)
    {
        var serial = RevocationList.SerialText(entry.ReadIntegerBytes().Span);
        ReadTime(entry);
        if (entry.HasData)
            RefuseCritical(entry.ReadSequence());
        return serial;
    }

    // What is critical says that the list is a difference to another one, is about some certificates only, or about those of other
    // authorities: whoever does not understand it must not use the list.
    private static void RefuseCritical(AsnReader extensions)
    {
        while (extensions.HasData)
        {
            var extension = extensions.ReadSequence();
            var identifier = extension.ReadObjectIdentifier();
            if (extension.PeekTag().HasSameClassAndValue(Asn1Tag.Boolean) && extension.ReadBoolean())
                throw new NotSupportedException($"has the critical extension {identifier}: only whole lists of one authority are taken");
        }
    }

    private static bool IsTime(Asn1Tag tag) => tag.HasSameClassAndValue(Asn1Tag.UtcTime) || tag.HasSameClassAndValue(Asn1Tag.GeneralizedTime);

    private static DateTimeOffset ReadTime(AsnReader reader) =>
        reader.PeekTag().HasSameClassAndValue(Asn1Tag.UtcTime) ? reader.ReadUtcTime() : reader.ReadGeneralizedTime();
}
