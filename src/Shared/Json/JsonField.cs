using System.Text;
using Google.Protobuf.Reflection;

namespace Mptcp.ControlPlane.Json;

/// <summary>What there is to know of a field to write it: made once from its descriptor.</summary>
sealed class JsonField
{
    readonly Lazy<JsonType>? _message;
    readonly Dictionary<int, byte[]> _enumNames = [];

    public JsonField(FieldDescriptor descriptor, JsonTypes types)
    {
        Number = (uint)descriptor.FieldNumber;
        Tag = (Number << 3) | (uint)WireTypes.Of(descriptor.FieldType);
        Type = descriptor.FieldType;
        WireType = WireTypes.Of(descriptor.FieldType);
        IsRepeated = descriptor.IsRepeated;
        IsMap = descriptor.IsMap;
        HasPresence = descriptor.HasPresence;
        Oneof = descriptor.RealContainingOneof?.Index ?? -1;
        Name = Encoding.UTF8.GetBytes($"\"{descriptor.JsonName}\": ");
        if (Type == FieldType.Message)
            _message = new Lazy<JsonType>(() => types.Of(descriptor.MessageType));
        if (Type == FieldType.Enum)
        {
            // The first of several names of a number is the one that is written.
            foreach (var value in descriptor.EnumType.Values)
                _enumNames.TryAdd(value.Number, Encoding.UTF8.GetBytes($"\"{value.Name}\""));
        }
    }

    public uint Number { get; }

    /// <summary>What stands before one value of it.</summary>
    public uint Tag { get; }

    public FieldType Type { get; }

    /// <summary>How one value of it is encoded.</summary>
    public WireType WireType { get; }

    public bool IsRepeated { get; }

    public bool IsMap { get; }

    /// <summary>Whether "not set" and a default value differ; such a field is left out when it is not set.</summary>
    public bool HasPresence { get; }

    /// <summary>The choice that it is part of, by its index in the message; -1 when it is part of none.</summary>
    public int Oneof { get; }

    /// <summary>Its name in quotes, with the colon behind it.</summary>
    public byte[] Name { get; }

    /// <summary>What its values are, where they are messages.</summary>
    public JsonType Message => _message!.Value;

    /// <summary>Whether a value that is encoded so can be one of it; numbers may be packed, or not, whatever the contract says.</summary>
    public bool Takes(WireType encoded) => encoded == WireType || (encoded == WireType.Bytes && IsRepeated);

    /// <summary>The name of an enumeration's value in quotes; null when this program knows none.</summary>
    public byte[]? EnumName(int number) => _enumNames.GetValueOrDefault(number);
}
