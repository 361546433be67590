using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text;

namespace Mptcp.ControlPlane.Server.Services.Auditing;

/// <summary>Where a page of the trail ended.</summary>
/// <param name="Epoch">The daemon's start: after another, numbers may have begun anew.</param>
/// <param name="Fingerprint">Which list it is a page of.</param>
/// <param name="Before">Entries with lower numbers are on later pages.</param>
internal sealed record AuditPageToken(Guid Epoch, ulong Fingerprint, ulong Before)
{
    private const byte Version = 1;
    private const int Length = 1 + 16 + 8 + 8;

    /// <summary>Reads a token that <see cref="ToString"/> wrote.</summary>
    /// <returns>Null when it is not one.</returns>
    public static AuditPageToken? TryParse(string text)
    {
        var characters = Encoding.UTF8.GetBytes(text);
        if (!Base64Url.IsValid(characters, out var length) || length != Length)
            return null;
        var bytes = Base64Url.DecodeFromUtf8(characters).AsSpan();
        return bytes[0] != Version ? null : new AuditPageToken(
            new Guid(bytes[1..17]), BinaryPrimitives.ReadUInt64LittleEndian(bytes[17..]), BinaryPrimitives.ReadUInt64LittleEndian(bytes[25..]));
    }

    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Length];
        bytes[0] = Version;
        Epoch.TryWriteBytes(bytes[1..]);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[17..], Fingerprint);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[25..], Before);
        return Base64Url.EncodeToString(bytes);
    }
}
