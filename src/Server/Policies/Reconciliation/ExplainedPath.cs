using System.Net;

namespace Mptcp.ControlPlane.Server.Policies.Reconciliation;

/// <summary>One path of a connection: what is wanted of it and what is.</summary>
/// <param name="Local">The local address; port 0 where there is no subflow yet.</param>
/// <param name="Remote">The remote address and port.</param>
/// <param name="InterfaceName">The interface that has the local address; empty where none has.</param>
/// <param name="Standing">What is of it.</param>
/// <param name="Step">What is done about it now, or would be if the policy were enforced.</param>
/// <param name="Reason">Why it is as it is, where there is something to say; else empty.</param>
internal sealed record ExplainedPath(IPEndPoint Local, IPEndPoint Remote, string InterfaceName, PathStanding Standing, PathStepKind Step, string Reason)
{
    /// <summary>Whether the policy wants it.</summary>
    public bool Wanted { get; init; }

    /// <summary>Whether it is wanted as a backup; null where it is not wanted, or nothing is said of that.</summary>
    public bool? Backup { get; init; }

    /// <summary>How often it failed in a row.</summary>
    public int Failures { get; init; }

    /// <summary>When it is tried again; null where no time has to pass, or it is given up.</summary>
    public DateTimeOffset? RetryTime { get; init; }
}
