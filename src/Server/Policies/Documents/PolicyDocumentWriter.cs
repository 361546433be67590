using System.Globalization;
using Mptcp.ControlPlane.Server.Policies.Model;

namespace Mptcp.ControlPlane.Server.Policies.Documents;

/// <summary>Writes policy documents, without what is the default anyway.</summary>
internal static class PolicyDocumentWriter
{
    private static readonly PathPolicy Standard = new("");

    /// <summary>Writes a document.</summary>
    /// <param name="document">A document in which <see cref="PolicyValidator"/> finds nothing wrong.</param>
    /// <returns>YAML that reads back as the same document.</returns>
    public static string Write(PolicyDocument document)
    {
        using var text = new StringWriter { NewLine = "\n" };
        var yaml = new FieldWriter(text);
        yaml.Objects("policies", document.Policies, policy => WritePolicy(yaml, policy), isAlways: true);
        yaml.Objects("roles", document.Roles, role => WriteRole(yaml, role));
        yaml.Finish();
        return text.ToString();
    }

    private static void WritePolicy(FieldWriter yaml, PathPolicy policy)
    {
        yaml.Text("name", policy.Name);
        if (policy.Match != Standard.Match)
            yaml.Object("match", () => WriteMatch(yaml, policy.Match));
        yaml.Word("mode", policy.Mode, Standard.Mode, DocumentWords.Mode.Of);
        yaml.Word("strategy", policy.Strategy, Standard.Strategy, DocumentWords.Strategy.Of);
        yaml.Word("ndiffports", policy.Ndiffports, Standard.Ndiffports, Number);
        if (policy.Delegation is { } delegation)
            yaml.Object("delegate", () => WriteDelegation(yaml, delegation));
        if (policy.Interfaces != Standard.Interfaces)
            yaml.Object("interfaces", () => WriteInterfaces(yaml, policy.Interfaces));
        yaml.Word("families", policy.Families, Standard.Families, DocumentWords.Family.Of);
        yaml.Word("remotes", policy.Remotes, Standard.Remotes, DocumentWords.Remotes.Of);
        yaml.Word("allow_id0", policy.AllowId0, Standard.AllowId0, DocumentWords.Flag.Of);
        yaml.Word("bind_interface", policy.BindInterface, Standard.BindInterface, DocumentWords.Flag.Of);
        if (policy.Backup is { } backup)
            yaml.Object("backup", () => WriteBackup(yaml, backup));
        yaml.Word("max_subflows", policy.MaxSubflows, Standard.MaxSubflows, Number);
        yaml.Objects("announce", policy.Announce, announcement => WriteAnnouncement(yaml, announcement));
        if (policy.Retry != Standard.Retry)
            yaml.Object("retry", () => WriteRetry(yaml, policy.Retry));
    }

    private static void WriteMatch(FieldWriter yaml, PolicyMatch match)
    {
        yaml.Word("side", match.ServerSide, PolicyMatch.All.ServerSide, DocumentWords.Side.Of);
        yaml.Words("remote", match.Remote, prefix => prefix.ToString());
        yaml.Words("remote_ports", match.RemotePorts, Ports);
        yaml.Words("local", match.Local, prefix => prefix.ToString());
        yaml.Words("local_ports", match.LocalPorts, Ports);
        yaml.Texts("interfaces", match.Interfaces);
        yaml.Texts("namespaces", match.Namespaces);
        if (match.UserIds.IsEmpty && match.Cgroups.IsEmpty && match.Commands.IsEmpty)
            return;
        yaml.Object("owner", () =>
        {
            yaml.Words("uids", match.UserIds, UserId);
            yaml.Texts("cgroups", match.Cgroups);
            yaml.Texts("commands", match.Commands);
        });
    }

    private static void WriteDelegation(FieldWriter yaml, Delegation delegation)
    {
        yaml.Text("role", delegation.Role);
        yaml.Word("deadline", DurationText.Format(delegation.Deadline));
        yaml.Word("fallback", DocumentWords.Strategy.Of(delegation.Fallback));
    }

    private static void WriteInterfaces(FieldWriter yaml, NamePatterns interfaces)
    {
        yaml.Texts("allow", interfaces.Allow);
        yaml.Texts("deny", interfaces.Deny);
    }

    private static void WriteBackup(FieldWriter yaml, BackupRule backup)
    {
        var standard = new BackupRule([]);
        yaml.Texts("interfaces", backup.Interfaces);
        yaml.Word("standby", backup.Standby, standard.Standby, DocumentWords.Standby.Of);
        yaml.Word("active_when", backup.ActiveWhen, standard.ActiveWhen, DocumentWords.ActiveWhen.Of);
        yaml.Word("after", backup.After, standard.After, DurationText.Format);
    }

    private static void WriteAnnouncement(FieldWriter yaml, Announcement announcement)
    {
        var standard = new Announcement();
        yaml.Texts("interfaces", announcement.Interfaces);
        yaml.Word("address", announcement.Address, standard.Address, address => address!.ToString());
        yaml.Word("port", announcement.Port, standard.Port, Number);
        yaml.Word("inside", announcement.Inside, standard.Inside, address => address!.ToString());
        yaml.Word("inside_port", announcement.InsidePort, standard.InsidePort, Number);
        yaml.Word("listen", announcement.Listen, standard.Listen, DocumentWords.Flag.Of);
    }

    private static void WriteRetry(FieldWriter yaml, RetryRule retry)
    {
        var standard = Standard.Retry;
        yaml.Word("initial", retry.Initial, standard.Initial, DurationText.Format);
        yaml.Word("max", retry.Longest, standard.Longest, DurationText.Format);
        yaml.Word("jitter", retry.Jitter, standard.Jitter, Part);
        yaml.Word("attempts", retry.Attempts, standard.Attempts, Number);
        yaml.Words("final_errors", retry.FinalErrors, error => error.Name);
    }

    private static void WriteRole(FieldWriter yaml, Role role)
    {
        var standard = new Role(role.Name);
        yaml.Text("name", role.Name);
        if (role.Scope != standard.Scope)
            yaml.Object("scope", () => WriteMatch(yaml, role.Scope));
        if (role.Limits != standard.Limits)
            yaml.Object("limits", () => WriteLimits(yaml, role.Limits));
        yaml.Words("uids", role.UserIds, UserId);
    }

    private static void WriteLimits(FieldWriter yaml, RoleLimits limits)
    {
        var standard = new RoleLimits();
        yaml.Word("commands_per_second", limits.CommandsPerSecond, standard.CommandsPerSecond, Number);
        yaml.Word("subflows_per_connection", limits.SubflowsPerConnection, standard.SubflowsPerConnection, Number);
        yaml.Word("subflows", limits.Subflows, standard.Subflows, Number);
    }

    private static string UserId(uint id) => id.ToString(CultureInfo.InvariantCulture);

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Ports(PortRange range) => range.First == range.Last ? Number(range.First) : $"{range.First}-{range.Last}";

    // In per cent where that is exact.
    private static string Part(double part)
    {
        var percent = string.Create(CultureInfo.InvariantCulture, $"{Math.Round(part * 100, 3)}%");
        return ScalarText.Part(percent, out var read) is null && read == part ? percent : part.ToString("R", CultureInfo.InvariantCulture);
    }
}
