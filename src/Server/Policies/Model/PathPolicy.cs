using System.Collections.Immutable;

namespace Mptcp.ControlPlane.Server.Policies.Model;

/// <summary>Which paths the connections that it matches shall have.</summary>
/// <param name="Name">Its name, of which a document has no two.</param>
internal sealed record PathPolicy(string Name)
{
    /// <summary>The connections that it is for.</summary>
    public PolicyMatch Match { get; init; } = PolicyMatch.All;

    /// <summary>Whose path manager makes it true.</summary>
    public PolicyMode Mode { get; init; } = PolicyMode.Userspace;

    public PathStrategy Strategy { get; init; } = PathStrategy.FullMesh;

    /// <summary>How many subflows <see cref="PathStrategy.Ndiffports"/> has beside the initial one.</summary>
    public int Ndiffports { get; init; } = 1;

    /// <summary>Who decides under <see cref="PathStrategy.Delegate"/>; null under the other strategies.</summary>
    public Delegation? Delegation { get; init; }

    /// <summary>The interfaces whose addresses may be used and announced.</summary>
    public NamePatterns Interfaces { get; init; } = NamePatterns.All;

    /// <summary>The families of addresses that may be used and announced.</summary>
    public AddressFamilies Families { get; init; } = AddressFamilies.All;

    /// <summary>Which of the peer's addresses subflows go to.</summary>
    public RemoteChoice Remotes { get; init; } = RemoteChoice.Both;

    /// <summary>Whether a subflow may go to the address that the connection began with, if the peer does not forbid that.</summary>
    public bool AllowId0 { get; init; } = true;

    /// <summary>Whether subflows are bound to the interface that has their local address, whatever the routes say.</summary>
    public bool BindInterface { get; init; }

    /// <summary>Which interfaces are for backup; null for none.</summary>
    public BackupRule? Backup { get; init; }

    /// <summary>How many subflows a connection may have beside its initial one, whoever made them; at most 254.</summary>
    public int MaxSubflows { get; init; } = 8;

    /// <summary>What connections announce to their peers, in order.</summary>
    public ImmutableArray<Announcement> Announce { get; init; } = [];

    public RetryRule Retry { get; init; } = new();

    public bool Equals(PathPolicy? other) => other is not null
        && (Name, Mode, Strategy, Ndiffports) == (other.Name, other.Mode, other.Strategy, other.Ndiffports)
        && (Families, Remotes, AllowId0) == (other.Families, other.Remotes, other.AllowId0)
        && (BindInterface, MaxSubflows) == (other.BindInterface, other.MaxSubflows)
        && Match == other.Match && Delegation == other.Delegation && Interfaces == other.Interfaces
        && Backup == other.Backup && Retry == other.Retry && Announce.SequenceEqual(other.Announce);

    public override int GetHashCode() => HashCode.Combine(Name, Mode, Strategy, Match, Announce.Length);
}
