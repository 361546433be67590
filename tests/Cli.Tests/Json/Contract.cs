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
        foreach (var field in type.Fields.InDeclarationOrder().Where(field => field.FieldType == FieldType.Message))
            Add(field.MessageType, found);
    }
}
