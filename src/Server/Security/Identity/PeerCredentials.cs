using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Mptcp.ControlPlane.Server.Security.Identity;

/// <summary>What the kernel tells of the process at the other end of a Unix socket (<c>unix(7)</c>, <c>socket(7)</c>).</summary>
internal static class PeerCredentials
{
    // include/uapi/asm-generic/socket.h: SOL_SOCKET, SO_PEERCRED and SO_PEERGROUPS; struct ucred: pid, uid and gid.
    private const int SocketLevel = 1;
    private const int Credentials = 17;
    private const int Groups = 59;
    private const int CredentialsLength = 12;

    // NGROUPS_MAX of include/uapi/linux/limits.h; most have a few.
    private const int MostGroups = 65_536;
    private const int UsualGroups = 64;

    // ERANGE: there is no room for all.
    private const int ResultOutOfRange = 34;

    public static LocalCaller Read(Socket socket)
    {
        Span<byte> credentials = stackalloc byte[CredentialsLength];
        socket.GetRawSocketOption(SocketLevel, Credentials, credentials);
        var process = BinaryPrimitives.ReadInt32LittleEndian(credentials);
        var user = BinaryPrimitives.ReadUInt32LittleEndian(credentials[4..]);
        var group = BinaryPrimitives.ReadUInt32LittleEndian(credentials[8..]);
        return new LocalCaller(user, [group, .. ReadGroups(socket)], process, process > 0 ? NameOf(process) : "");
    }

    /// <summary>Reads the user alone, at less cost.</summary>
    public static uint ReadUser(Socket socket)
    {
        Span<byte> credentials = stackalloc byte[CredentialsLength];
        socket.GetRawSocketOption(SocketLevel, Credentials, credentials);
        return BinaryPrimitives.ReadUInt32LittleEndian(credentials[4..]);
    }

    private static ImmutableArray<uint> ReadGroups(Socket socket)
    {
        foreach (var room in (ReadOnlySpan<int>)[UsualGroups, MostGroups])
        {
            var groups = new byte[room * sizeof(uint)];
            try
            {
                var length = socket.GetRawSocketOption(SocketLevel, Groups, groups);
                return [.. MemoryMarshal.Cast<byte, uint>(groups.AsSpan(0, length))];
            }
            catch (SocketException exception) when (room < MostGroups && exception.NativeErrorCode == ResultOutOfRange)
            {
                // Once more, with room for all that there can be.
            }
        }

        return [];
    }

    private static string NameOf(int process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/comm").TrimEnd('\n');
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return ""; // It has ended meanwhile.
        }
    }
}
