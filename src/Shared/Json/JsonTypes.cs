using Google.Protobuf.Reflection;

namespace Mptcp.ControlPlane.Json;

/// <summary>What there is to know of each type of message to write it, made when it is first asked for. Not for several threads.</summary>
/// <param name="withDefaults">Whether fields are written that have their default value, and none that says so.</param>
sealed class JsonTypes(bool withDefaults = true)
{
    readonly Dictionary<MessageDescriptor, JsonType> _types = [];

    /// <summary>Whether fields are written that have their default value, and none that says so.</summary>
    public bool WithDefaults => withDefaults;

    public JsonType Of(MessageDescriptor descriptor)
    {
        if (!_types.TryGetValue(descriptor, out var type))
            _types[descriptor] = type = new JsonType(descriptor, this);
        return type;
    }
}
