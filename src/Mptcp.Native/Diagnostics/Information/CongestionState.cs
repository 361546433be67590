namespace Mptcp.Native.Diagnostics.Information;

/// <summary>How TCP judges losses (<c>enum tcp_ca_state</c>).</summary>
public enum CongestionState
{
    /// <summary>Nothing is amiss.</summary>
    Open = 0,

    /// <summary>Segments arrived out of order, or were lost; it is too early to tell.</summary>
    Disorder = 1,

    /// <summary>The window was reduced at the network's bidding (ECN) or because a queue of this host was full.</summary>
    WindowReduced = 2,

    /// <summary>Losses are being made good by fast retransmission.</summary>
    Recovery = 3,

    /// <summary>A retransmission time-out ended the flight.</summary>
    Loss = 4,
}
