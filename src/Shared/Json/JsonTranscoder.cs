using System.Text;
using Google.Protobuf.Reflection;

namespace Mptcp.ControlPlane.Json;

/// <summary>
/// Writes encoded messages as proto3 JSON, by default with every field that has no presence, also one of its default value. Going by
/// the encoding spares making the messages, and asking each by reflection for its values.
/// </summary>
static class JsonTranscoder
{
    // As deep as the 100 messages in one another that protobuf's own readers take, each in a list.
    const int DeepestDocument = 200;

    /// <summary>Writes a message.</summary>
    /// <exception cref="InvalidDataException">The bytes are not those of a message.</exception>
    public static void Write(JsonBuffer json, JsonType type, ReadOnlySpan<byte> message)
    {
        switch (type.Form)
        {
            case JsonForm.Duration: WellKnownText.Duration(json, message); break;
            case JsonForm.Timestamp: WellKnownText.Timestamp(json, message); break;
            case JsonForm.FieldMask: WellKnownText.FieldMask(json, message); break;
            default: WriteObject(json, type, message); break;
        }
    }

    static void WriteObject(JsonBuffer json, JsonType type, ReadOnlySpan<byte> message)
    {
        if (json.Depth > DeepestDocument)
            throw new InvalidDataException("a message of the daemon cannot be read: it is nested too deep");
        Span<FieldPlace> places = stackalloc FieldPlace[type.Fields.Length];
        places.Clear();
        Locate(type, message, places);

        json.Open((byte)'{');
        for (var i = 0; i < type.Fields.Length; i++)
        {
            var field = type.Fields[i];
            if (places[i].Count == 0 && (field.HasPresence || !type.WithDefaults))
                continue;
            json.Next();
            json.Raw(field.Name);
            if (field.IsMap)
                WriteMap(json, field, message, places[i]);
            else if (field.IsRepeated)
                WriteList(json, field, message, places[i]);
            else
                WriteSingle(json, field, message, places[i]);
        }

        json.Close((byte)'}');
    }

    /// <summary>Finds where the fields of a message are. Most messages have them in order, but none must.</summary>
    static void Locate(JsonType type, ReadOnlySpan<byte> message, Span<FieldPlace> places)
    {
        Span<int> chosen = stackalloc int[type.OneofCount];
        chosen.Fill(-1);
        var near = 0;
        var reader = new WireReader(message);
        while (!reader.IsAtEnd)
        {
            var start = reader.Position;
            var tag = reader.ReadTag();
            var i = type.IndexOf(tag >> 3, ref near);
            if (i >= 0 && type.Fields[i].Takes(WireTypes.Of(tag)))
            {
                if (type.Fields[i].Oneof is >= 0 and var oneof)
                {
                    // Of a choice the last one counts, and those before it are as if they had never been there.
                    if (chosen[oneof] >= 0 && chosen[oneof] != i)
                        places[chosen[oneof]] = default;
                    chosen[oneof] = i;
                }

                places[i].Add(start);
            }

            reader.Skip(tag);
        }
    }

    static void WriteSingle(JsonBuffer json, JsonField field, ReadOnlySpan<byte> message, FieldPlace place)
    {
        if (place.Count == 0)
        {
            WriteDefault(json, field);
            return;
        }

        // A message that comes in pieces is the pieces put together; of anything else the last one counts.
        if (field.Type == FieldType.Message && place.Count > 1)
        {
            Write(json, field.Message, Join(field, message, place));
            return;
        }

        var reader = new WireReader(message) { Position = place.Last };
        reader.ReadTag();
        WriteValue(json, field, ref reader);
    }

    static void WriteList(JsonBuffer json, JsonField field, ReadOnlySpan<byte> message, FieldPlace place)
    {
        json.Open((byte)'[');
        var occurrences = new FieldReader(message, field, place);
        while (occurrences.MoveNext(out var reader, out var encoded))
        {
            if (encoded == field.WireType)
            {
                json.Next();
                WriteValue(json, field, ref reader);
                continue;
            }

            var packed = new WireReader(reader.ReadBytes());
            while (!packed.IsAtEnd)
            {
                json.Next();
                WriteValue(json, field, ref packed);
            }
        }

        json.Close((byte)']');
    }

    static void WriteMap(JsonBuffer json, JsonField field, ReadOnlySpan<byte> message, FieldPlace place)
    {
        var (key, value) = (field.Message.Fields[0], field.Message.Fields[1]);
        // Of entries with the same key the last one counts, at the place of the first.
        var entries = new OrderedDictionary<string, byte[]>();
        Span<FieldPlace> places = stackalloc FieldPlace[2];
        var occurrences = new FieldReader(message, field, place);
        while (occurrences.MoveNext(out var reader, out _))
        {
            var entry = reader.ReadBytes();
            places.Clear();
            Locate(field.Message, entry, places);
            var name = new JsonBuffer(indented: false);
            WriteSingle(name, key, entry, places[0]);
            entries[Encoding.UTF8.GetString(name.Written)] = entry.ToArray();
        }

        json.Open((byte)'{');
        foreach (var (name, entry) in entries)
        {
            json.Next();
            json.Raw(Encoding.UTF8.GetBytes(name.StartsWith('"') ? $"{name}: " : $"\"{name}\": "));
            places.Clear();
            Locate(field.Message, entry, places);
            WriteSingle(json, value, entry, places[1]);
        }

        json.Close((byte)'}');
    }

    static void WriteDefault(JsonBuffer json, JsonField field)
    {
        switch (field.Type)
        {
            case FieldType.Message: Write(json, field.Message, []); break;
            case FieldType.String or FieldType.Bytes: json.Raw("\"\""u8); break;
            default:
                Span<byte> zero = stackalloc byte[sizeof(ulong)];
                zero.Clear();
                var reader = new WireReader(zero);
                WriteValue(json, field, ref reader);
                break;
        }
    }

    static void WriteValue(JsonBuffer json, JsonField field, ref WireReader reader)
    {
        switch (field.Type)
        {
            case FieldType.Message: Write(json, field.Message, reader.ReadBytes()); break;
            case FieldType.String: json.Text(reader.ReadBytes()); break;
            case FieldType.Bytes: json.Base64(reader.ReadBytes()); break;
            case FieldType.Bool: json.Raw(reader.ReadVarint() != 0 ? "true"u8 : "false"u8); break;
            case FieldType.Enum: WriteEnum(json, field, (int)reader.ReadVarint()); break;
            case FieldType.Int32: json.Number((int)reader.ReadVarint()); break;
            case FieldType.SInt32: json.Number((int)ZigZag(reader.ReadVarint() & uint.MaxValue)); break;
            case FieldType.SFixed32: json.Number((int)reader.ReadFixed32()); break;
            case FieldType.UInt32: json.Number((uint)reader.ReadVarint()); break;
            case FieldType.Fixed32: json.Number(reader.ReadFixed32()); break;
            case FieldType.Int64: json.Quoted((long)reader.ReadVarint()); break;
            case FieldType.SInt64: json.Quoted(ZigZag(reader.ReadVarint())); break;
            case FieldType.SFixed64: json.Quoted((long)reader.ReadFixed64()); break;
            case FieldType.UInt64: json.Quoted(reader.ReadVarint()); break;
            case FieldType.Fixed64: json.Quoted(reader.ReadFixed64()); break;
            case FieldType.Float: json.Fraction(BitConverter.UInt32BitsToSingle(reader.ReadFixed32())); break;
            case FieldType.Double: json.Fraction(BitConverter.UInt64BitsToDouble(reader.ReadFixed64())); break;
            default: throw new NotSupportedException($"fields of the type {field.Type} have no place in proto3");
        }
    }

    static void WriteEnum(JsonBuffer json, JsonField field, int number)
    {
        if (field.EnumName(number) is { } name)
            json.Raw(name);
        else
            json.Number(number);
    }

    static byte[] Join(JsonField field, ReadOnlySpan<byte> message, FieldPlace place)
    {
        var joined = new MemoryStream();
        var occurrences = new FieldReader(message, field, place);
        while (occurrences.MoveNext(out var reader, out _))
            joined.Write(reader.ReadBytes());
        return joined.ToArray();
    }

    static long ZigZag(ulong value) => (long)(value >> 1) ^ -(long)(value & 1);
}
