using Google.Protobuf.Reflection;
using Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Cli.Tests.Json;

/// <summary>The contract as its descriptors tell it.</summary>
static class Contract
{
    /// <summary>Every type of message that a request or an answer of a service can hold.</summary>
    public static IReadOnlyCollection<MessageDescriptor> Messages { get; } = Find();

    static HashSet<MessageDescriptor> Find()
    {
        var found = new HashSet<MessageDescriptor>();
        foreach (var method in Services().SelectMany(service => service.Methods))
        {
            Add(method.InputType, found);
            Add(method.OutputType, found);
        }

        return found;
    }

    static IEnumerable<ServiceDescriptor> Services() => typeof(ConnectionReflection).Assembly.GetTypes()
        .Where(type => type.Name.EndsWith("Reflection", StringComparison.Ordinal))
        .Select(type => (FileDescriptor)type.GetProperty("Descriptor")!.GetValue(null)!)
        .SelectMany(file => file.Services);

    static void Add(MessageDescriptor type, HashSet<MessageDescriptor> found)
    {
        if (!found.Add(type))
            return;
        // An entry of a map is no message that anybody sends by itself; its value may be.
        var fields = type.Fields.InDeclarationOrder().Select(field => field.IsMap ? field.MessageType.FindFieldByNumber(2) : field);
        foreach (var field in fields.Where(field => field.FieldType == FieldType.Message))
            Add(field.MessageType, found);
    }
}
