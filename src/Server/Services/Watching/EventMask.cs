using System.Buffers;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Mptcp.ControlPlane.Server.Services.Watching;

/// <summary>
/// Which fields of a message are wanted, compiled from the paths of a field mask. It works on encodings, so that nothing is
/// decoded to be left out, and needs no reflection over messages, which a native build lacks.
/// </summary>
internal sealed class EventMask
{
    // The mask of what is below a field; null when all of it is wanted.
    private readonly Dictionary<int, EventMask?> _fields = [];

    /// <summary>Adds a path.</summary>
    /// <param name="path">Names of fields with dots between them, from a message of the type on.</param>
    /// <param name="type">The type.</param>
    /// <returns>What is wrong with the path; null when it has been added.</returns>
    public string? Add(string path, MessageDescriptor type)
    {
        var dot = path.IndexOf('.', StringComparison.Ordinal);
        var name = dot < 0 ? path : path[..dot];
        if (type.FindFieldByName(name) is not { } field)
            return $"{type.Name} has no field \"{name}\"; it has {string.Join(", ", type.Fields.InFieldNumberOrder().Select(one => one.Name))}";
        if (dot < 0)
        {
            _fields[field.FieldNumber] = null;
            return null;
        }

        if (field.FieldType != FieldType.Message)
            return $"\"{name}\" of {type.Name} has no fields";
        if (_fields.TryGetValue(field.FieldNumber, out var below) && below is null)
            below = new EventMask(); // All of it is wanted already; the rest of the path is only checked.
        else
            _fields[field.FieldNumber] = below ??= new EventMask();
        return below.Add(path[(dot + 1)..], field.MessageType);
    }

    /// <summary>Leaves out of a message what is not wanted.</summary>
    /// <param name="message">The message, encoded.</param>
    /// <returns>What is left of it, encoded.</returns>
    public byte[] Apply(ReadOnlySpan<byte> message)
    {
        // What is there without anything in it, as an address that is not known, has no bytes.
        if (message.IsEmpty)
            return [];
        var left = new ArrayBufferWriter<byte>(message.Length);
        Apply(message, left);
        return left.WrittenSpan.ToArray();
    }

    private void Apply(ReadOnlySpan<byte> message, ArrayBufferWriter<byte> left)
    {
        while (message.Length > 0)
        {
            var rest = message;
            var tag = (uint)Varint.Read(ref rest);
            var type = WireFormat.GetTagWireType(tag);
            var length = type switch
            {
                WireFormat.WireType.Varint => Varint.LengthAt(rest),
                WireFormat.WireType.Fixed64 => sizeof(ulong),
                WireFormat.WireType.Fixed32 => sizeof(uint),
                WireFormat.WireType.LengthDelimited => (int)Varint.Read(ref rest),
                _ => throw new ArgumentOutOfRangeException(nameof(message), type, "proto3 encodes nothing so"),
            };
            if (_fields.TryGetValue(WireFormat.GetTagFieldNumber(tag), out var below))
            {
                if (below is null)
                    left.Write(message[..(message.Length - rest.Length + length)]);
                else
                    WriteNested(tag, below.Apply(rest[..length]), left);
            }

            message = rest[length..];
        }
    }

    private static void WriteNested(uint tag, byte[] nested, ArrayBufferWriter<byte> left)
    {
        var head = left.GetSpan(2 * Varint.Longest);
        var written = Varint.Write(tag, head);
        written += Varint.Write((uint)nested.Length, head[written..]);
        left.Advance(written);
        left.Write(nested);
    }
}
