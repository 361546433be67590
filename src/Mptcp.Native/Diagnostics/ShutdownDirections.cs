namespace Mptcp.Native.Diagnostics;

/// <summary>Which directions of a socket are shut down (<c>SHUTDOWN</c>; the kernel's <c>RCV_SHUTDOWN</c> and <c>SEND_SHUTDOWN</c>).</summary>
[Flags]
public enum ShutdownDirections
{
    /// <summary>Neither.</summary>
    None = 0,

    /// <summary>Nothing more is received.</summary>
    Receive = 1,

    /// <summary>Nothing more is sent.</summary>
    Send = 2,
}
