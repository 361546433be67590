using System.Net;
using Mptcp.Native.PathManagement;

namespace Mptcp.ControlPlane.Server.Policies.Reconciliation.Endpoints;

/// <summary>One endpoint of a namespace: what is wanted of it and what is.</summary>
/// <param name="Place">The address, and the port where one belongs to it.</param>
/// <param name="InterfaceName">The interface that has the address; empty where none has.</param>
/// <param name="Step">What is done about it now, or would be if the policy were enforced.</param>
/// <param name="Reason">Why it is as it is, where there is something to say; else empty.</param>
internal sealed record ExplainedEndpoint(IPEndPoint Place, string InterfaceName, EndpointStepKind Step, string Reason)
{
    /// <summary>Its id; 0 where it is not there.</summary>
    public byte Id { get; init; }

    /// <summary>The flags that it has; null where it is not there.</summary>
    public EndpointFlags? Flags { get; init; }

    /// <summary>The flags that it shall have; null where it is not wanted.</summary>
    public EndpointFlags? WantedFlags { get; init; }

    /// <summary>Whether a policy made it.</summary>
    public bool MadeByPolicy { get; init; }

    /// <summary>How often it failed in a row.</summary>
    public int Failures { get; init; }

    /// <summary>When it is tried again; null where no time has to pass, or it is given up.</summary>
    public DateTimeOffset? RetryTime { get; init; }
}
