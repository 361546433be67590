namespace Mptcp.Native.Routing;

/// <summary>Whether packets can pass a network interface: IF_OPER_* of <c>include/uapi/linux/if.h</c>.</summary>
public enum OperationalState : byte
{
    /// <summary>Its driver does not say; loopback and tunnels are so for ever, and are to be used.</summary>
    Unknown = 0,

    /// <summary>Hardware is missing.</summary>
    NotPresent = 1,

    /// <summary>No packet passes.</summary>
    Down = 2,

    /// <summary>The interface it rests on is down.</summary>
    LowerLayerDown = 3,

    /// <summary>It is being tested.</summary>
    Testing = 4,

    /// <summary>It waits for something outside, such as being let in (802.1X).</summary>
    Dormant = 5,

    /// <summary>Packets pass.</summary>
    Up = 6,
}
