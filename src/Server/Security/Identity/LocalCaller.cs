using System.Collections.Immutable;
using System.Globalization;
using Mptcp.ControlPlane.Server.Policies.Revisions;

namespace Mptcp.ControlPlane.Server.Security.Identity;

/// <summary>A process of this host, as the kernel tells it of the peer of a Unix socket when it connected.</summary>
/// <param name="UserId">Its effective user.</param>
/// <param name="Groups">Its effective group, and its supplementary ones.</param>
/// <param name="ProcessId">Its id; 0 where it is of another PID namespace.</param>
/// <param name="Command">Its name; empty where it could not be read.</param>
internal sealed record LocalCaller(uint UserId, ImmutableArray<uint> Groups, int ProcessId, string Command) : Caller
{
    public override string Name => NameOf(UserId);

    public override PolicyAuthor Author => new(PolicyAuthorKind.Process) { UserId = UserId, ProcessId = ProcessId, Command = Command };

    /// <summary>The name of callers of a user.</summary>
    public static string NameOf(uint user) => string.Create(CultureInfo.InvariantCulture, $"user:{user}");
}
