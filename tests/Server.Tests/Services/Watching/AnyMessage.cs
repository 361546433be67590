using System.Collections;
using CsCheck;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Server.Tests.Services.Watching;

/// <summary>Messages with whatever in their fields, present and future ones alike, as they are made by the descriptor.</summary>
internal static class AnyMessage
{
    // Numbers whose encodings have all lengths, and texts whose lengths do.
    private static readonly ulong[] Numbers = [0, 1, 127, 128, 16_383, 16_384, uint.MaxValue, ulong.MaxValue];
    private static readonly int[] Lengths = [0, 1, 10, 126, 127, 128, 129, 300];

    public static Gen<Event> Event { get; } = Gen.Int[0, 1_000_000].Select(seed =>
    {
        var message = new Event();
        Fill(message, new Random(seed), depth: 0);
        return message;
    });

    private static void Fill(IMessage message, Random chance, int depth)
    {
        foreach (var field in message.Descriptor.Fields.InDeclarationOrder())
        {
            if (chance.Next(2) == 0 || (field.FieldType == FieldType.Message && depth > 3))
                continue;
            if (field.IsMap)
            {
                var (key, value) = (field.MessageType.FindFieldByNumber(1), field.MessageType.FindFieldByNumber(2));
                for (var i = chance.Next(3); i > 0; i--)
                    ((IDictionary)field.Accessor.GetValue(message))[Value(key, chance, depth)] = Value(value, chance, depth);
            }
            else if (field.IsRepeated)
            {
                for (var i = chance.Next(3); i > 0; i--)
                    ((IList)field.Accessor.GetValue(message)).Add(Value(field, chance, depth));
            }
            else
            {
                field.Accessor.SetValue(message, Value(field, chance, depth));
            }
        }
    }

    private static object Value(FieldDescriptor field, Random chance, int depth)
    {
        var number = Numbers[chance.Next(Numbers.Length)];
        switch (field.FieldType)
        {
            case FieldType.Message:
                var nested = field.MessageType.Parser.ParseFrom([]);
                Fill(nested, chance, depth + 1);
                return nested;
            case FieldType.Enum: return unchecked((int)number);
            case FieldType.String: return new string('x', Lengths[chance.Next(Lengths.Length)]);
            case FieldType.Bytes: return ByteString.CopyFrom(new byte[Lengths[chance.Next(Lengths.Length)]]);
            case FieldType.Bool: return number % 2 == 0;
            case FieldType.UInt32 or FieldType.Fixed32: return unchecked((uint)number);
            case FieldType.Int32 or FieldType.SInt32 or FieldType.SFixed32: return unchecked((int)number);
            case FieldType.Int64 or FieldType.SInt64 or FieldType.SFixed64: return unchecked((long)number);
            case FieldType.UInt64 or FieldType.Fixed64: return number;
            case FieldType.Double: return (double)number;
            case FieldType.Float: return (float)number;
            default: throw new NotSupportedException($"no values for {field.FullName}");
        }
    }
}
