using System.Reflection;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Duration = Google.Protobuf.WellKnownTypes.Duration;

namespace Mptcp.ControlPlane.Server.Tests.Services.Mapping;

/// <summary>Holds a mapping to it that no field of a record is left out, or put into another's place.</summary>
internal static class FieldMapping
{
    /// <summary>The properties of a record.</summary>
    public static IEnumerable<string> Names(Type record)
        => record.GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(property => property.Name);

    /// <summary>Asserts that a property, which is a number, a truth value or a time, stands in the field of its name and in no other.</summary>
    /// <param name="record">A record in which the property has its default value; it is changed.</param>
    /// <param name="name">The name of the property.</param>
    /// <param name="toProto">The mapping.</param>
    public static void Assert<TRecord, TMessage>(TRecord record, string name, Func<TRecord, TMessage> toProto)
        where TRecord : class
        where TMessage : class, IMessage<TMessage>
    {
        var property = typeof(TRecord).GetProperty(name)!;
        var field = Field(toProto(record), name);
        var optional = Nullable.GetUnderlyingType(property.PropertyType);
        var type = optional ?? property.PropertyType;
        var without = toProto(record);

        var (value, expected) = ValueOf(type);
        property.SetValue(record, value);
        var message = toProto(record);
        Xunit.Assert.Equal(expected, Widen(field.Accessor.GetValue(message)));

        // The rest is as it was, in bytes: messages are equal whether a 0 is said or not.
        field.Accessor.Clear(message);
        field.Accessor.Clear(without);
        Xunit.Assert.Equal(without.ToByteString(), message.ToByteString());

        if (optional is null)
            return;
        Xunit.Assert.False(field.Accessor.HasValue(without), "what the kernel does not tell is absent");
        property.SetValue(record, type == typeof(TimeSpan) ? TimeSpan.Zero : Activator.CreateInstance(type));
        Xunit.Assert.True(field.Accessor.HasValue(toProto(record)), "a zero that the kernel tells is not absent");
    }

    /// <summary>The field of a name as C# has it.</summary>
    public static FieldDescriptor Field(IMessage message, string name)
        => Xunit.Assert.Single(message.Descriptor.Fields.InFieldNumberOrder(), field => field.PropertyName == name);

    private static (object Value, object Expected) ValueOf(Type type) => type switch
    {
        _ when type == typeof(byte) => ((byte)201, 201ul),
        _ when type == typeof(ushort) => ((ushort)60_001, 60_001ul),
        _ when type == typeof(int) => (1_000_000_001, 1_000_000_001),
        _ when type == typeof(uint) => (4_000_000_001u, 4_000_000_001ul),
        _ when type == typeof(ulong) => (18_000_000_000_000_000_001ul, 18_000_000_000_000_000_001ul),
        _ when type == typeof(double) => (2.5, 2.5),
        _ when type == typeof(bool) => (true, true),
        _ when type == typeof(TimeSpan) => (TimeSpan.FromMicroseconds(1_234_567), new Duration { Seconds = 1, Nanos = 234_567_000 }),
        _ => throw new NotSupportedException($"a value of {type} for the test"),
    };

    private static object Widen(object value) => value is uint number ? (ulong)number : value;
}
