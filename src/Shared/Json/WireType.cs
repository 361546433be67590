namespace Mptcp.ControlPlane.Json;

/// <summary>How the value of a field is written, as the protobuf encoding numbers it.</summary>
enum WireType
{
    Varint = 0,
    Fixed64 = 1,
    Bytes = 2,
    GroupStart = 3,
    GroupEnd = 4,
    Fixed32 = 5,
}
