using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text;
using Mptcp.ControlPlane.Server.State;

namespace Mptcp.ControlPlane.Server.Services.Connections;

/// <summary>Where a page of connections ended.</summary>
/// <param name="Epoch">The daemon's start: after another, the order of lists begins anew.</param>
/// <param name="Fingerprint">Which list it is a page of.</param>
/// <param name="Id">The id of its last connection.</param>
/// <param name="Token">The token of its last connection.</param>
/// <param name="Namespace">The namespace of its last connection.</param>
internal sealed record PageToken(Guid Epoch, ulong Fingerprint, ulong Id, uint Token, string Namespace)
{
    private const byte Version = 1;
    private const int FixedLength = 1 + 16 + 8 + 8 + 4;

    /// <summary>Reads a token that <see cref="ToString"/> wrote.</summary>
    /// <returns>Null when it is not one.</returns>
    public static PageToken? TryParse(string text)
    {
        var characters = Encoding.UTF8.GetBytes(text);
        if (!Base64Url.IsValid(characters, out var length) || length <= FixedLength)
            return null;
        var bytes = Base64Url.DecodeFromUtf8(characters).AsSpan();
        if (bytes[0] != Version)
            return null;
        var token = new PageToken(
            new Guid(bytes[1..17]),
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[17..]),
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[25..]),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[33..]),
            Encoding.UTF8.GetString(bytes[FixedLength..]));
        // There are other texts for the same place, with blanks in them or with a name that is not UTF-8, and nobody wrote those.
        return token.ToString() == text ? token : null;
    }

    /// <summary>Finds the place of the first connection behind this one in a list that is ordered by namespace, id and token.</summary>
    public int PlaceAfter(IReadOnlyList<Connection> connections)
    {
        var (first, behind) = (0, connections.Count);
        while (first < behind)
        {
            var middle = first + ((behind - first) / 2);
            if (IsBefore(connections[middle]))
                behind = middle;
            else
                first = middle + 1;
        }

        return first;
    }

    public override string ToString()
    {
        var bytes = new byte[FixedLength + Encoding.UTF8.GetByteCount(Namespace)].AsSpan();
        bytes[0] = Version;
        Epoch.TryWriteBytes(bytes[1..]);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[17..], Fingerprint);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[25..], Id);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[33..], Token);
        Encoding.UTF8.GetBytes(Namespace, bytes[FixedLength..]);
        return Base64Url.EncodeToString(bytes);
    }

    private bool IsBefore(Connection connection)
    {
        var order = string.CompareOrdinal(Namespace, connection.Namespace);
        return order != 0 ? order < 0 : (Id, Token).CompareTo((connection.Id, connection.Token)) < 0;
    }
}
