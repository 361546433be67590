namespace Mptcp.Native.Diagnostics;

/// <summary>
/// What to ask for beyond what every answer holds (<c>INET_DIAG_*</c> of <c>include/uapi/linux/inet_diag.h</c>). The mark, the cgroup
/// and the options come unasked, where the kernel has them.
/// </summary>
[Flags]
public enum SocketExtensions
{
    /// <summary>Nothing beyond.</summary>
    None = 0,

    /// <summary><see cref="InternetSocket.Memory"/> (MEMINFO).</summary>
    Memory = 1 << 0,

    /// <summary><see cref="MptcpSocket.Info"/> and <see cref="TcpSocket.Info"/> (INFO).</summary>
    Info = 1 << 1,

    /// <summary><see cref="TcpSocket.Vegas"/>, <see cref="TcpSocket.Dctcp"/> or <see cref="TcpSocket.Bbr"/> (VEGASINFO).</summary>
    CongestionDetails = 1 << 2,

    /// <summary><see cref="TcpSocket.CongestionControl"/> (CONG).</summary>
    CongestionControl = 1 << 3,

    /// <summary><see cref="InternetSocket.TypeOfService"/> (TOS).</summary>
    TypeOfService = 1 << 4,

    /// <summary><see cref="InternetSocket.TrafficClass"/> and <see cref="InternetSocket.ClassId"/> (TCLASS, CLASS_ID).</summary>
    TrafficClass = 1 << 5,

    /// <summary><see cref="InternetSocket.Buffers"/> (SKMEMINFO).</summary>
    Buffers = 1 << 6,

    /// <summary><see cref="InternetSocket.Shutdown"/> (SHUTDOWN). Kernels tell it for whole sockets, asked or not.</summary>
    Shutdown = 1 << 7,

    /// <summary>
    /// <see cref="TcpSocket.UpperLayer"/> and <see cref="TcpSocket.Subflow"/> (ULP_INFO). The kernel sends them with INFO only; this asks
    /// for both and reads no more than what it stands for, which is cheaper than <see cref="Info"/>.
    /// </summary>
    Subflow = 1 << 8,

    /// <summary>Everything.</summary>
    All = Memory | Info | CongestionDetails | CongestionControl | TypeOfService | TrafficClass | Buffers | Shutdown | Subflow,
}
