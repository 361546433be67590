using System.Net;
using Mptcp.ControlPlane.Server.State;

namespace Mptcp.ControlPlane.Server.Policies.Reconciliation;

/// <summary>One thing to do so that a connection becomes as its policy wants.</summary>
/// <param name="Kind">What is done; never <see cref="PathStepKind.None"/>.</param>
internal readonly record struct PathStep(PathStepKind Kind)
{
    /// <summary>The path to make.</summary>
    public PathKey Key { get; init; }

    /// <summary>The address that it begins from.</summary>
    public HostPath? From { get; init; }

    /// <summary>Whether it is made as a backup.</summary>
    public bool Backup { get; init; }

    /// <summary>The subflow to end or to change.</summary>
    public Subflow? Subflow { get; init; }

    /// <summary>The address to announce or to withdraw, with the port announced.</summary>
    public IPEndPoint? Address { get; init; }

    /// <summary>Where peers who join the announced address arrive; null where nobody is made to listen there.</summary>
    public IPEndPoint? ListenAt { get; init; }

    /// <summary>The address id to withdraw, with all subflows that run from it.</summary>
    public byte Id { get; init; }

    public static PathStep Create(PathKey key, HostPath from, bool backup) => new(PathStepKind.Create) { Key = key, From = from, Backup = backup };

    public static PathStep Destroy(Subflow subflow) => new(PathStepKind.Destroy) { Subflow = subflow };

    public static PathStep SetBackup(Subflow subflow, bool backup)
        => new(backup ? PathStepKind.MakeBackup : PathStepKind.MakeRegular) { Subflow = subflow, Backup = backup };

    public static PathStep Announce(IPEndPoint address, IPEndPoint? listenAt)
        => new(PathStepKind.Announce) { Address = address, ListenAt = listenAt };

    public static PathStep Listen(IPEndPoint address, byte id, IPEndPoint listenAt)
        => new(PathStepKind.Listen) { Address = address, Id = id, ListenAt = listenAt };

    public static PathStep Withdraw(byte id, IPEndPoint? address) => new(PathStepKind.Withdraw) { Id = id, Address = address };
}
