using Google.Protobuf;

namespace Mptcp.ControlPlane.Cli.Output;

/// <summary>Messages of the contract as proto3 JSON. Scripts find every scalar field, also one that has its default value.</summary>
static class JsonText
{
    static readonly JsonFormatter Compact = new(JsonFormatter.Settings.Default.WithFormatDefaultValues(true));
    static readonly JsonFormatter Indented = new(JsonFormatter.Settings.Default.WithFormatDefaultValues(true).WithIndentation());

    /// <summary>One message over several lines.</summary>
    public static string Document(IMessage message) => Indented.Format(message);

    /// <summary>One message on one line, in an object whose only field says what it is.</summary>
    public static string Line(string kind, IMessage message) => $$"""{ "{{kind}}": {{Compact.Format(message)}} }""";
}
