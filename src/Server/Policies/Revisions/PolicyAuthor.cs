using System.Globalization;

namespace Mptcp.ControlPlane.Server.Policies.Revisions;

/// <summary>Who changed the policies.</summary>
/// <param name="Kind">What is known of it.</param>
internal sealed record PolicyAuthor(PolicyAuthorKind Kind)
{
    /// <summary>The daemon itself.</summary>
    public static PolicyAuthor Daemon { get; } = new(PolicyAuthorKind.Daemon);

    /// <summary>The user of the process.</summary>
    public uint UserId { get; init; }

    /// <summary>The id that the process had; 0 where it is of another PID namespace.</summary>
    public int ProcessId { get; init; }

    /// <summary>The name that the process had; empty where it could not be read.</summary>
    public string Command { get; init => field = value ?? ""; } = "";

    /// <summary>The network address with its port; empty where it is a process.</summary>
    public string Address { get; init => field = value ?? ""; } = "";

    /// <summary>What somebody at a network address had proved to be; empty where nothing was.</summary>
    public string Identity { get; init => field = value ?? ""; } = "";

    /// <summary>As messages call it.</summary>
    public override string ToString() => Kind switch
    {
        PolicyAuthorKind.Process when Command.Length > 0
            => string.Create(CultureInfo.InvariantCulture, $"user {UserId} ({Command}, process {ProcessId})"),
        PolicyAuthorKind.Process => string.Create(CultureInfo.InvariantCulture, $"user {UserId} (process {ProcessId})"),
        PolicyAuthorKind.Peer when Identity.Length > 0 => $"{Identity} ({Address})",
        PolicyAuthorKind.Peer => Address,
        _ => "the daemon itself",
    };
}
