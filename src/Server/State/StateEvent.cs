using System.Net;

namespace Mptcp.ControlPlane.Server.State;

/// <summary>An entry of the event log.</summary>
/// <param name="Type">What happened.</param>
/// <param name="Namespace">The namespace it happened in.</param>
/// <param name="Time">When the daemon received it.</param>
internal sealed record StateEvent(StateEventType Type, string Namespace, DateTimeOffset Time)
{
    /// <summary>Its number in the log; 0 until it is appended.</summary>
    public ulong Sequence { get; init; }

    public StateEventOrigin Origin { get; init; } = StateEventOrigin.Kernel;

    /// <summary>The token of the connection; 0 when it is about none.</summary>
    public uint Token { get; init; }

    /// <summary>The connection after the event, where one is known.</summary>
    public Connection? Connection { get; init; }

    /// <summary>The subflow after the event, where it is about one.</summary>
    public Subflow? Subflow { get; init; }

    /// <summary>The address announced or removed, where it is about one.</summary>
    public AnnouncedAddress? Address { get; init; }

    /// <summary>The address listened at, where it is about a listener.</summary>
    public IPEndPoint? Listener { get; init; }
}
