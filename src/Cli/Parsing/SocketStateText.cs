using Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Cli.Parsing;

/// <summary>States of sockets, and sets of them, by the names of <c>ss(8)</c>.</summary>
static class SocketStateText
{
    static readonly (string Name, SocketState State)[] States =
    [
        ("established", SocketState.Established),
        ("syn-sent", SocketState.SynSent),
        ("syn-recv", SocketState.SynReceived),
        ("fin-wait-1", SocketState.FinWait1),
        ("fin-wait-2", SocketState.FinWait2),
        ("time-wait", SocketState.TimeWait),
        ("closed", SocketState.Closed),
        ("close-wait", SocketState.CloseWait),
        ("last-ack", SocketState.LastAck),
        ("listening", SocketState.Listening),
        ("closing", SocketState.Closing),
    ];

    static readonly IReadOnlyList<string> Sets = EnumText.Names<SocketStateSet>();

    /// <summary>Every name: sets first.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Sets, .. States.Select(state => state.Name)];

    /// <summary>Reads a state or a set.</summary>
    public static (SocketState State, SocketStateSet Set) Parse(string text)
    {
        if (Array.Find(States, state => state.Name == text) is { Name: not null } state)
            return (state.State, default);
        return Sets.Contains(text)
            ? (default, EnumText.Parse<SocketStateSet>(text, Sets))
            : throw new FormatException($"'{text}' is not one of {string.Join(", ", Names)}");
    }

    /// <summary>Shows a state; one that a newer daemon knows and this program does not is shown as its number.</summary>
    public static string Format(SocketState state) => Array.Find(States, known => known.State == state).Name ?? EnumText.Format(state);
}
