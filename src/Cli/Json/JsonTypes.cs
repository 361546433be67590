using Google.Protobuf.Reflection;

namespace Mptcp.ControlPlane.Cli.Json;

/// <summary>What there is to know of each type of message to write it, made when it is first asked for. Not for several threads.</summary>
sealed class JsonTypes
{
    readonly Dictionary<MessageDescriptor, JsonType> _types = [];

    public JsonType Of(MessageDescriptor descriptor)
    {
        if (!_types.TryGetValue(descriptor, out var type))
            _types[descriptor] = type = new JsonType(descriptor, this);
        return type;
    }
}
