using System.Net;
using Mptcp.ControlPlane.Server.Policies.Model;
using Mptcp.ControlPlane.Server.Policies.Reconciliation;
using Mptcp.ControlPlane.Server.State;

namespace Mptcp.ControlPlane.Server.Policies.Enforcement;

/// <summary>A connection whose paths are kept as its policy wants.</summary>
internal sealed class KeptConnection
{
    private (object? Revision, ConnectionOwner? Owner, bool ServerSide, IPEndPoint? Local, IPEndPoint? Remote, uint Inode) _matched;

    /// <summary>Its id; 0 while that is not known.</summary>
    public ulong Id { get; set; }

    public PathMemory Memory { get; } = new();

    /// <summary>The policy that decides about it; null for none.</summary>
    public PathPolicy? Policy { get; private set; }

    /// <summary>How it stands with it where the policy delegates it; null where none does.</summary>
    public DelegatedConnection? Delegated { get; set; }

    /// <summary>Whether anybody has decided about it: a policy, or a controller.</summary>
    public bool IsDecided { get; set; }

    /// <summary>Whether it is known which policy decides about it.</summary>
    public bool IsMatched { get; private set; }

    /// <summary>Whether it waits to be compared.</summary>
    public bool IsQueued { get; set; }

    /// <summary>When it is to be compared again though nothing changes; null for not at all.</summary>
    public TimeSpan? Due { get; set; }

    /// <summary>The soonest moment at which it is looked whether it is due; null where none is set.</summary>
    public TimeSpan? Enqueued { get; set; }

    /// <summary>Finds out which policy decides about it, where something changed of which that depends.</summary>
    /// <param name="document">What the policies are.</param>
    /// <param name="connection">The connection as it is.</param>
    /// <returns>Whether another one decides than before.</returns>
    public bool Match(PolicyDocument document, Connection connection)
    {
        var asked = (document, connection.Owner, connection.ServerSide, connection.Local, connection.Remote, connection.SoughtInode);
        if (_matched == asked)
            return false;
        _matched = asked;
        var before = Policy;
        (IsMatched, Policy) = document.FindFor(new ConnectionFacts(connection, Memory.InterfaceName));
        return Policy is not null && !Policy.Equals(before);
    }
}
