namespace Mptcp.ControlPlane.Server.Policies.Model.Validation;

internal sealed partial class PolicyChecks
{
    private const string ForNamespaces = "it is for namespaces, not for connections";

    // The kernel's own path manager has endpoints and limits for a namespace, and asks of no connection.
    private void CheckKernel()
    {
        var match = policy.Match;
        Forbid(match.ServerSide is not null, "match.side", ForNamespaces);
        Forbid(!match.Local.IsEmpty, "match.local", ForNamespaces);
        Forbid(!match.LocalPorts.IsEmpty, "match.local_ports", ForNamespaces);
        Forbid(!match.Remote.IsEmpty, "match.remote", ForNamespaces);
        Forbid(!match.RemotePorts.IsEmpty, "match.remote_ports", ForNamespaces);
        Forbid(!match.Interfaces.IsEmpty, "match.interfaces", ForNamespaces);
        Forbid(!match.UserIds.IsEmpty || !match.Cgroups.IsEmpty || !match.Commands.IsEmpty, "match.owner", ForNamespaces);

        if (policy.Strategy is PathStrategy.Delegate or PathStrategy.Ndiffports)
            Add("strategy", "must be none, fullmesh or per-interface with the mode kernel", "mode");
        if (policy.Remotes == RemoteChoice.Announced)
            Add("remotes", "must be initial or both with the mode kernel, whose subflows go to initial addresses too", "mode");
        if (!policy.AllowId0)
            Add("allow_id0", "must be true with the mode kernel, whose subflows go to initial addresses too", "mode");
        for (var place = 0; place < policy.Announce.Length; place++)
        {
            var announcement = policy.Announce[place];
            if (!announcement.Listen && announcement.Port != 0)
                Add($"announce[{place}].listen", "must be true with the mode kernel, which listens wherever it announces a port", "mode", $"announce[{place}].port");
            Forbid(announcement.Inside is not null, $"announce[{place}].inside", "the kernel announces its own addresses only");
            Forbid(announcement.InsidePort != 0, $"announce[{place}].inside_port", "the kernel announces its own ports only");
        }

        if (policy.Backup is not { } backup)
            return;
        if (backup.Standby != BackupStandby.Hot)
            Add("backup.standby", "must be hot with the mode kernel, which ends no backups to make them later", "mode");
        if (backup.ActiveWhen != BackupTrigger.NoneLeft)
            Add("backup.active_when", "must be none_left with the mode kernel, which looks at nothing else", "mode");
        if (backup.After != TimeSpan.Zero)
            Add("backup.after", "must be left out with the mode kernel, which waits for nothing", "mode");
    }

    private void Forbid(bool isThere, string key, string why)
    {
        if (isThere)
            Add(key, $"must be left out with the mode kernel: {why}", "mode");
    }
}
