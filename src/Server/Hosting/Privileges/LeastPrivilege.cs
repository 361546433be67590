using Mptcp.Native.Privileges;

namespace Mptcp.ControlPlane.Server.Hosting.Privileges;

/// <summary>
/// Gives up, before anything is opened, whatever the configuration does not need. Linux keeps privileges by thread and .NET has
/// several before its first line runs, so the daemon reduces those of one and starts itself anew from it (decision 11).
/// </summary>
internal static class LeastPrivilege
{
    // Tells the program that it has been here before, and what it gave up.
    private const string Marker = "MPTCP_CONTROLD_DROPPED";

    /// <summary>Gives up what is not needed. It does not return where there is something to give up: the program begins anew.</summary>
    /// <returns>What the daemon may do, and what it gave up.</returns>
    /// <exception cref="StartupException">CAP_NET_ADMIN is missing, or the kernel lets nothing be given up.</exception>
    public static PrivilegeReport Settle(DaemonOptions options)
    {
        var marker = Environment.GetEnvironmentVariable(Marker);
        Environment.SetEnvironmentVariable(Marker, null);
        try
        {
            var own = ThreadPrivileges.ReadOwn();
            var needs = PrivilegeNeed.Of(options);
            if (!own.Permitted.Contains(Capability.NetAdmin))
            {
                throw new StartupException(
                    "CAP_NET_ADMIN is missing: the kernel's path manager and its events are not for this process; run as root, "
                    + "or with that capability in the user namespace that owns the network");
            }

            var kept = PrivilegeNeed.Sum(needs).And(own.Permitted);
            var user = FindUser(options, own);
            var groups = FindGroups(options, own, user);
            if (user is null && groups is null && IsReduced(own, kept))
                return new PrivilegeReport(own, needs, ReadMarker(marker));
            if (marker is not null)
                throw new StartupException("privileges were given up, and are there again; mptcp-controld will not run with them");
            if (user is not null)
                UserFiles.Prepare(options, user);
            new PrivilegeReduction(kept, user is null ? null : (user.UserId, user.GroupId), groups)
                .Restart((Marker, own.Permitted.Without(kept).Bits.ToString("x", System.Globalization.CultureInfo.InvariantCulture)));
            throw new StartupException("the program could not be started anew with fewer privileges");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"privileges cannot be given up: {failure.Message}", failure);
        }
    }

    // Without CAP_SETPCAP the bounding set stays as it is. A program can gain nothing from it that may gain no privileges.
    private static bool IsReduced(ThreadPrivileges own, CapabilitySet kept)
        => own.NoNewPrivileges && own.Permitted == kept && own.Effective == kept
            && own.Inheritable.Without(kept).IsEmpty && own.Ambient.Without(kept).IsEmpty
            && (own.Bounding.Without(kept).IsEmpty || !own.Effective.Contains(Capability.SetPcap));

    private static DaemonUser? FindUser(DaemonOptions options, ThreadPrivileges own)
    {
        if (options.User is not { } user || own.UserId == user.UserId)
            return null;
        return own.UserId == 0
            ? user
            : throw new StartupException($"privileges.user is {user.Name}, and only root can become another user");
    }

    // Whoever is a member of a group may give it files of his own, which takes CAP_CHOWN else.
    private static List<uint>? FindGroups(DaemonOptions options, ThreadPrivileges own, DaemonUser? user)
    {
        IReadOnlyList<uint> before = user is null ? own.Groups : [];
        var group = user?.GroupId ?? own.GroupId;
        List<uint> wanted = [.. before];
        if (options.SocketGroup is { } socketGroup && socketGroup != group && !before.Contains(socketGroup))
            wanted.Add(socketGroup);
        var isSame = user is null && wanted.Count == before.Count;
        // Where the process may not, the socket's group will be refused, in words of its own.
        return isSame || (user is null && !own.Effective.Contains(Capability.SetGid)) ? null : wanted;
    }

    private static CapabilitySet ReadMarker(string? marker) => marker is null ? CapabilitySet.None : CapabilitySet.Parse(marker);
}
