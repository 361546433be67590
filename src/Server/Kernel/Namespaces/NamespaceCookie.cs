using System.Globalization;
using System.Net.Sockets;
using Mptcp.Native.Namespaces;

namespace Mptcp.ControlPlane.Server.Kernel.Namespaces;

/// <summary>What tells a network namespace from every other of the host's boot, whatever it is called: its inode is given to another after its end.</summary>
internal static class NamespaceCookie
{
    // SOL_SOCKET and SO_NETNS_COOKIE of include/uapi/asm-generic/socket.h, from 5.14 on.
    private const int SocketLevel = 1;
    private const int NamespaceCookieOption = 71;

    /// <summary>Reads it.</summary>
    /// <returns>Null where the kernel has none.</returns>
    public static string? Find(NetworkNamespace networkNamespace)
    {
        using var socket = networkNamespace.Invoke(() => new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified));
        Span<byte> cookie = stackalloc byte[sizeof(ulong)];
        try
        {
            socket.GetRawSocketOption(SocketLevel, NamespaceCookieOption, cookie);
        }
        catch (SocketException)
        {
            return null;
        }

        var number = BitConverter.ToUInt64(cookie);
        return number.ToString(CultureInfo.InvariantCulture);
    }
}
