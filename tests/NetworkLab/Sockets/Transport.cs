namespace Mptcp.Lab;

/// <summary>What a socket asks for. What it gets also depends on the other end.</summary>
public enum Transport
{
    /// <summary>Multipath TCP, falling back to TCP where the other end does not speak it.</summary>
    Mptcp,

    /// <summary>Plain TCP.</summary>
    Tcp,
}
