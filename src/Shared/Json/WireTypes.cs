using Google.Protobuf.Reflection;

namespace Mptcp.ControlPlane.Json;

/// <summary>How values are written.</summary>
static class WireTypes
{
    public static WireType Of(uint tag) => (WireType)(tag & 7);

    public static WireType Of(FieldType type) => type switch
    {
        FieldType.Double or FieldType.Fixed64 or FieldType.SFixed64 => WireType.Fixed64,
        FieldType.Float or FieldType.Fixed32 or FieldType.SFixed32 => WireType.Fixed32,
        FieldType.String or FieldType.Bytes or FieldType.Message => WireType.Bytes,
        FieldType.Group => throw new NotSupportedException("groups have no place in proto3"),
        _ => WireType.Varint,
    };
}
