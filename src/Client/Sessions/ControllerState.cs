using Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Client;

/// <summary>Where a controller stands.</summary>
public sealed record ControllerState
{
    /// <summary>Without a session.</summary>
    public static ControllerState Disconnected { get; } = new();

    /// <summary>True while it has a session with the daemon.</summary>
    public bool IsConnected { get; init; }

    /// <summary>True while it is primary: it is asked, and its commands are done.</summary>
    public bool IsPrimary { get; init; }

    /// <summary>The session that is primary of the role; null when there is none, or it is not known.</summary>
    public Session? Primary { get; init; }

    /// <summary>The id of the controller's own session; 0 without one.</summary>
    public ulong SessionId { get; init; }

    /// <summary>What it has bid last in its session; 0 without one.</summary>
    public ulong ElectionId { get; init; }

    /// <summary>The highest election id that was ever bid for the role; 0 without a session.</summary>
    public ulong HighestElectionId { get; init; }

    /// <summary>The role with its scope and limits; null without a session.</summary>
    public PolicyRole? Role { get; init; }

    /// <summary>The daemon's run, as <c>NodeService</c> tells it; empty without a session.</summary>
    public string Epoch { get; init; } = "";
}
