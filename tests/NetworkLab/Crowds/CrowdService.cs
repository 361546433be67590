namespace Mptcp.Lab;

/// <summary>What the server of a <see cref="Crowd"/> does with connections.</summary>
public enum CrowdService
{
    /// <summary>Accepts them, and sends back what each sends.</summary>
    Echo = 0,

    /// <summary>
    /// Leaves them waiting to be accepted: that costs no descriptor, and net.core.somaxconn limits how many may wait at one port.
    /// </summary>
    Park,

    /// <summary>Accepts each, sends its first byte back and closes it, which it does for many more a second.</summary>
    Greet,
}
