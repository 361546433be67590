using System.Collections.Immutable;

namespace Mptcp.ControlPlane.Server.Policies.Model;

/// <summary>Which paths are for backup, and when they are more than that.</summary>
/// <param name="Interfaces">Patterns of the names of the interfaces whose paths are for backup.</param>
internal sealed record BackupRule(ImmutableArray<string> Interfaces)
{
    public BackupStandby Standby { get; init; } = BackupStandby.Hot;

    public BackupTrigger ActiveWhen { get; init; } = BackupTrigger.NoneLeft;

    /// <summary>How long it must be so before backups become active; they rest again as soon as it is not.</summary>
    public TimeSpan After { get; init; }

    public bool IsBackup(string interfaceName) => NamePatterns.Any(Interfaces, interfaceName);

    public bool Equals(BackupRule? other) => other is not null && Interfaces.SequenceEqual(other.Interfaces)
        && (Standby, ActiveWhen, After) == (other.Standby, other.ActiveWhen, other.After);

    public override int GetHashCode() => HashCode.Combine(Interfaces.Length, Standby, ActiveWhen, After);
}
