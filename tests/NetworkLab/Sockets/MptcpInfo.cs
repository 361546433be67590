using System.Buffers.Binary;
using System.Net.Sockets;

namespace Mptcp.Lab;

/// <summary>The part of struct mptcp_info (linux/mptcp.h) that tests compare with what the product reports.</summary>
/// <param name="Token">The connection's token on this host.</param>
/// <param name="AdditionalSubflows">Subflows beyond the first.</param>
/// <param name="Flags">MPTCP_INFO_FLAG_…: 1 fallen back, 2 remote key received.</param>
public sealed record MptcpInfo(uint Token, int AdditionalSubflows, uint Flags)
{
    const int SolMptcp = 284;
    const int OptionInfo = 1; // MPTCP_INFO
    const uint Fallback = 1;

    /// <summary>Whether the connection goes on as plain TCP.</summary>
    public bool HasFallenBack => (Flags & Fallback) != 0;

    /// <summary>Reads the structure; null for a socket that is, or has become, plain TCP.</summary>
    internal static MptcpInfo? Read(Socket socket)
    {
        Span<byte> info = stackalloc byte[16];
        try
        {
            // Older kernels have a shorter structure, but none shorter than these fields.
            socket.GetRawSocketOption(SolMptcp, OptionInfo, info);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.OperationNotSupported or SocketError.ProtocolOption)
        {
            return null;
        }

        return new MptcpInfo(
            BinaryPrimitives.ReadUInt32LittleEndian(info[12..]), info[0], BinaryPrimitives.ReadUInt32LittleEndian(info[8..]));
    }
}
