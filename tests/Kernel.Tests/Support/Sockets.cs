using System.Buffers.Binary;
using Mptcp.Lab;

namespace Mptcp.Kernel.Tests.Support;

/// <summary>What an application can learn of its own socket.</summary>
static class Sockets
{
    const int SolSocket = 1;
    const int SoCookie = 57;

    /// <summary>The id that the contract gives a connection.</summary>
    public static ulong IdOf(MptcpConnection connection, uint token) => CookieOf(connection) ^ ((ulong)token << 32);

    /// <summary>The kernel's number for a socket.</summary>
    public static ulong CookieOf(MptcpConnection connection)
    {
        Span<byte> cookie = stackalloc byte[8];
        connection.Socket.GetRawSocketOption(SolSocket, SoCookie, cookie);
        return BinaryPrimitives.ReadUInt64LittleEndian(cookie);
    }
}
