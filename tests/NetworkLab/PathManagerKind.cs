namespace Mptcp.Lab;

/// <summary>Which path manager new connections of a network namespace get (sysctl net.mptcp.pm_type).</summary>
public enum PathManagerKind
{
    /// <summary>The kernel's own, led by endpoints and limits.</summary>
    Kernel = 0,

    /// <summary>A program's, led by commands per connection. Joins need a subscriber to mptcp_pm_events somewhere on the machine.</summary>
    Userspace = 1,
}
