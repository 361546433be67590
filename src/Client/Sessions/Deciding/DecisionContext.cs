using System.Net;
using System.Net.Sockets;
using Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Client;

/// <summary>What a controller is asked.</summary>
public sealed class DecisionContext
{
    /// <summary>Wraps a request: for tests of code that decides.</summary>
    /// <param name="request">What the daemon asks.</param>
    public DecisionContext(DecisionRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        Request = request;
    }

    /// <summary>The request as it came.</summary>
    public DecisionRequest Request { get; }

    /// <summary>The connection as it is known, <see cref="ConnectionState.Created"/> still where it is about to be established.</summary>
    public Connection Connection => Request.Connection ??= new Connection();

    /// <summary>Why the connection is to be decided about now, the oldest reason first.</summary>
    public IReadOnlyList<DecisionReason> Reasons => Request.Reasons;

    /// <summary>This host's addresses in the connection's namespace, those of loopback interfaces and of such that are down left out.</summary>
    public IReadOnlyList<LocalAddress> LocalAddresses => Request.LocalAddresses;

    /// <summary>The strategy that acts when no answer comes in time.</summary>
    public PathStrategy Fallback => Request.Fallback;

    /// <summary>The name of the policy that delegates the connection.</summary>
    public string Policy => Request.Policy;

    /// <summary>
    /// How long the answer may take from when the request came; null without an end. The daemon gives a connection that is
    /// <see cref="ConnectionState.Created"/> still until then from when it is established, which the library does not wait for.
    /// </summary>
    public TimeSpan? Deadline => Request.Deadline?.ToTimeSpan();

    /// <summary>The general decision, which several causes may come to.</summary>
    internal ValueTask<PathDecision>? General { get; set; }

    /// <summary>Says whether something is among the reasons.</summary>
    /// <param name="cause">What may have happened.</param>
    public bool IsBecauseOf(DecisionCause cause) => Request.Reasons.Any(reason => reason.Cause == cause);

    /// <summary>
    /// This host's addresses of a family that subflows to other hosts can begin from: usable, and neither loopback nor link-local.
    /// </summary>
    /// <param name="family">The family.</param>
    /// <returns>The addresses, each once, in the daemon's order.</returns>
    public IEnumerable<IPAddress> UsableAddresses(AddressFamily family) =>
        from local in Request.LocalAddresses
        where local.Address is { Usability: AddressUsability.Usable }
        let address = SocketAddresses.Read(local.Address.Address)
        where address is { IsIPv6LinkLocal: false } && address.AddressFamily == family && !IPAddress.IsLoopback(address)
        group address by address into same
        select same.Key;
}
