using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text;

namespace Mptcp.ControlPlane.Server.Services.Watching;

/// <summary>A place in the event log that outlives a stream.</summary>
/// <param name="Boot">The host's boot, so that a reboot is told from a restart.</param>
/// <param name="Epoch">The daemon's start, so that a restart is told from a gap.</param>
/// <param name="Sequence">The number of the last event that was delivered or did not match.</param>
internal readonly record struct ResumeToken(Guid Boot, Guid Epoch, ulong Sequence)
{
    private const byte Version = 1;
    private const int Length = 1 + 16 + 16 + 8;

    /// <summary>Reads a token that <see cref="ToString"/> wrote.</summary>
    /// <returns>Null when it is not one.</returns>
    public static ResumeToken? TryParse(string text)
    {
        Span<byte> bytes = stackalloc byte[Length];
        var characters = Encoding.UTF8.GetBytes(text);
        if (!Base64Url.IsValid(characters, out var length) || length != Length)
            return null;
        Base64Url.DecodeFromUtf8(characters, bytes);
        var token = new ResumeToken(new Guid(bytes[1..17]), new Guid(bytes[17..33]), BinaryPrimitives.ReadUInt64LittleEndian(bytes[33..]));
        // Base64 has more than one text for the same bytes: with blanks and signs of filling in it, and with other bits at its end.
        return bytes[0] == Version && token.ToString() == text ? token : null;
    }

    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Length];
        bytes[0] = Version;
        Boot.TryWriteBytes(bytes[1..]);
        Epoch.TryWriteBytes(bytes[17..]);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[33..], Sequence);
        return Base64Url.EncodeToString(bytes);
    }
}
