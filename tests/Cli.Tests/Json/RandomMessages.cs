using System.Collections;
using System.Diagnostics.CodeAnalysis;
using CsCheck;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;

namespace Mptcp.ControlPlane.Cli.Tests.Json;

/// <summary>Makes messages of any type, filled at random.</summary>
[SuppressMessage("Security", "CA5394", Justification = "Nothing here is secret.")]
sealed class RandomMessages(Random random, bool areDurationsNegative)
{
    const int MostEntries = 3;
    const int Deepest = 6;

    // What JSON, terminals or UTF-8 treat in ways of their own.
    static readonly string[] Pieces = ["a", "Z 9", "\"", "\\", "/", "\n", "\t", "\b\f\r", "\0", "\u001b[1m", "\u007f", "\u2028", "é", "漢字", "😀", "<b>"];

    static readonly string[] Paths = ["backup", "local_prefixes", "owner.cgroup_path", "a_b_c"];

    int _depth;

    /// <summary>Messages of one type.</summary>
    public static Gen<IMessage> Of(MessageDescriptor type) =>
        Gen.Select(Gen.Int, Gen.Bool, (seed, areNegative) => new RandomMessages(new Random(seed), areNegative).Make(type));

    /// <summary>Pairs of messages of one type that can be merged: a duration's seconds and nanoseconds have one sign.</summary>
    public static Gen<(IMessage One, IMessage Other)> PairsOf(MessageDescriptor type) => Gen.Select(Gen.Int, Gen.Bool, (seed, areNegative) =>
    {
        var messages = new RandomMessages(new Random(seed), areNegative);
        return (messages.Make(type), messages.Make(type));
    });

    /// <summary>Makes a message.</summary>
    public IMessage Make(MessageDescriptor type)
    {
        switch (type.FullName)
        {
            case "google.protobuf.Duration":
                var sign = areDurationsNegative ? -1 : 1;
                return new Duration { Seconds = sign * random.NextInt64(315_576_000_000), Nanos = sign * Nanoseconds() };
            case "google.protobuf.Timestamp":
                return new Timestamp { Seconds = random.NextInt64(-62_135_596_800, 253_402_300_800), Nanos = Nanoseconds() };
            case "google.protobuf.FieldMask":
                return new FieldMask { Paths = { random.GetItems(Paths, random.Next(MostEntries)) } };
        }

        // Some types hold themselves.
        var message = type.Parser.ParseFrom([]);
        _depth++;
        foreach (var field in type.Fields.InDeclarationOrder())
        {
            if (random.Next(3) > 0 && (_depth < Deepest || field.FieldType != FieldType.Message))
                Fill(message, field);
        }

        _depth--;
        return message;
    }

    void Fill(IMessage message, FieldDescriptor field)
    {
        if (!field.IsRepeated)
        {
            field.Accessor.SetValue(message, Value(field));
            return;
        }

        for (var left = random.Next(MostEntries + 1); left > 0; left--)
        {
            if (!field.IsMap)
                ((IList)field.Accessor.GetValue(message)).Add(Value(field));
            else
                ((IDictionary)field.Accessor.GetValue(message))[Value(field.MessageType.FindFieldByNumber(1))] = Value(field.MessageType.FindFieldByNumber(2));
        }
    }

    object Value(FieldDescriptor field)
    {
        var isDefault = random.Next(4) == 0;
        return field.FieldType switch
        {
            FieldType.Message => Make(field.MessageType),
            FieldType.String => string.Concat(random.GetItems(Pieces, isDefault ? 0 : random.Next(4))),
            FieldType.Bytes => ByteString.CopyFrom(random.GetItems<byte>([0, 1, 127, 128, 255], random.Next(5))),
            FieldType.Bool => random.Next(2) == 0,
            // Also numbers that have no name.
            FieldType.Enum => System.Enum.ToObject(field.EnumType.ClrType, isDefault ? 0 : random.Next(-1, field.EnumType.Values.Count + 2)),
            FieldType.Int32 or FieldType.SInt32 or FieldType.SFixed32 => isDefault ? 0 : (int)Bits(32),
            FieldType.UInt32 or FieldType.Fixed32 => isDefault ? 0u : (uint)Bits(32),
            FieldType.Int64 or FieldType.SInt64 or FieldType.SFixed64 => isDefault ? 0L : Bits(64),
            FieldType.UInt64 or FieldType.Fixed64 => isDefault ? 0ul : (ulong)Bits(64),
            FieldType.Float => isDefault ? 0f : Fraction<float>(float.NaN, float.PositiveInfinity, float.MinValue, float.Epsilon, 0.1f, 1e21f),
            FieldType.Double => isDefault ? 0d : Fraction(double.NaN, double.NegativeInfinity, double.MaxValue, double.Epsilon, 0.1, -1e21),
            var other => throw new NotSupportedException($"{field.FullName} is a {other}"),
        };
    }

    // Numbers of any length are as likely as long ones.
    long Bits(int most) => random.NextInt64(long.MinValue, long.MaxValue) >> (64 - most + random.Next(most));

    T Fraction<T>(params ReadOnlySpan<T> some) => some[random.Next(some.Length)];

    int Nanoseconds() => random.Next(4) switch
    {
        0 => 0,
        1 => random.Next(1000) * 1_000_000,
        2 => random.Next(1_000_000) * 1000,
        _ => random.Next(1_000_000_000),
    };
}
