using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;

namespace Mptcp.ControlPlane.Json;

/// <summary>What there is to know of a type of message to write it.</summary>
sealed class JsonType
{
    readonly JsonField[] _fields;

    public JsonType(MessageDescriptor descriptor, JsonTypes types)
    {
        _fields = [.. descriptor.Fields.InFieldNumberOrder().Select(field => new JsonField(field, types))];
        OneofCount = descriptor.RealOneofCount;
        Form = FormOf(descriptor);
        WithDefaults = types.WithDefaults;
    }

    /// <summary>Its fields by number, which is the order in which they are written.</summary>
    public ReadOnlySpan<JsonField> Fields => _fields;

    public int OneofCount { get; }

    /// <summary>Whether fields are written that have their default value, and none that says so.</summary>
    public bool WithDefaults { get; }

    /// <summary>How it is written.</summary>
    public JsonForm Form { get; }

    /// <summary>Finds a field.</summary>
    /// <param name="number">The number of the field.</param>
    /// <param name="near">Where to look first; it is left behind the field found, as messages have their fields in order.</param>
    /// <returns>Its index in <see cref="Fields"/>; -1 when there is none.</returns>
    public int IndexOf(uint number, ref int near)
    {
        var i = near < _fields.Length && _fields[near].Number <= number ? near : 0;
        while (i < _fields.Length && _fields[i].Number < number)
            i++;
        near = i;
        return i < _fields.Length && _fields[i].Number == number ? i : -1;
    }

    static JsonForm FormOf(MessageDescriptor descriptor)
    {
        if (descriptor.File.Package != Duration.Descriptor.File.Package)
            return JsonForm.Object;
        return descriptor.Name switch
        {
            nameof(Duration) => JsonForm.Duration,
            nameof(Timestamp) => JsonForm.Timestamp,
            nameof(FieldMask) => JsonForm.FieldMask,
            nameof(Empty) => JsonForm.Object,
            _ => throw new NotSupportedException($"{descriptor.FullName} has a form of its own in JSON, which is not known here"),
        };
    }
}
