using System.Globalization;

namespace Mptcp.ControlPlane.Server.Security.Permissions;

/// <summary>Whom the daemon runs as.</summary>
/// <param name="UserId">Its effective user.</param>
/// <param name="SocketGroup">The group that its Unix socket has.</param>
internal sealed record DaemonOwner(uint UserId, uint SocketGroup)
{
    private const string Status = "/proc/self/status";

    // proc_pid_status(5): the real, the effective, the saved and the filesystem's id.
    private const int EffectiveField = 2;

    /// <summary>Reads it.</summary>
    /// <param name="socketGroup">The group that the configuration gives the socket; null for the daemon's own.</param>
    public static DaemonOwner Read(uint? socketGroup) => new(ReadId("Uid:"), socketGroup ?? ReadId("Gid:"));

    private static uint ReadId(string name) => uint.Parse(
        File.ReadLines(Status).First(line => line.StartsWith(name, StringComparison.Ordinal)).Split('\t')[EffectiveField], CultureInfo.InvariantCulture);
}
