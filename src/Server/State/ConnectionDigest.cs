using System.Net;
using System.Text;

namespace Mptcp.ControlPlane.Server.State;

/// <summary>
/// A number that stands for all that is known of a connection, so that who knows it need not be told again. It is the same in
/// every run of every daemon that knows the same: times are not part of it, nor what subflows that are over have carried, who
/// had those made that are there, and the order in which things were learned, as none of these outlives the daemon.
/// </summary>
internal static class ConnectionDigest
{
    // FNV-1a: Fowler, Noll, Vo; the words are then mixed by the finaliser of MurmurHash3, so that sums of them stay apart.
    private const ulong Offset = 14695981039346656037;
    private const ulong Prime = 1099511628211;

    /// <summary>The digest of a connection; never 0.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="shown">Its subflows that callers are told of.</param>
    public static ulong Of(Connection connection, IEnumerable<Subflow> shown)
    {
        var hash = With(With(Offset, connection.Namespace), connection.Token);
        hash = With(hash, connection.Id);
        hash = With(hash, (ulong)connection.State);
        hash = With(hash, (connection.ServerSide ? 1UL : 0) | (connection.DenyJoinInitialAddress ? 2UL : 0));
        hash = With(hash, (ulong)(connection.PathManager ?? (Mptcp.Native.PathManagement.PathManagerType)(-1)));
        hash = With(With(hash, connection.Local), connection.Remote);
        if (connection.Owner is { } owner)
            hash = With(With(With(With(hash, owner.UserId), (ulong)owner.ProcessId), owner.Cgroup), owner.Command);
        var subflows = 0UL;
        foreach (var subflow in shown)
            subflows += Mix(Of(subflow));
        hash = With(hash, subflows);
        foreach (var address in connection.LocalAddresses)
            hash = With(With(hash, address.Id), address.Address);
        hash = With(hash, (ulong)connection.LocalAddresses.Length);
        foreach (var address in connection.RemoteAddresses)
            hash = With(With(hash, address.Id), address.Address);
        hash = Mix(hash);
        return hash == 0 ? 1 : hash;
    }

    private static ulong Of(Subflow subflow)
    {
        var hash = With(With(Offset, subflow.Local), subflow.Remote);
        hash = With(hash, (ulong)subflow.State);
        hash = With(hash, subflow.LocalId | ((ulong)subflow.RemoteId << 8) | (subflow.LocalBackup ? 1UL << 16 : 0)
            | (subflow.RemoteBackup ? 1UL << 17 : 0) | (subflow.Initial ? 1UL << 18 : 0));
        return With(With(hash, (ulong)subflow.InterfaceIndex), subflow.Id);
    }

    private static ulong With(ulong hash, ulong word) => Mix((hash ^ word) * Prime);

    private static ulong With(ulong hash, IPEndPoint? end)
    {
        if (end is null)
            return With(hash, 0UL);
        Span<byte> bytes = stackalloc byte[16];
        return With(With(hash, bytes[..(end.Address.TryWriteBytes(bytes, out var length) ? length : 0)]), (ulong)end.Port);
    }

    private static ulong With(ulong hash, string text)
    {
        Span<byte> bytes = stackalloc byte[512];
        return Encoding.UTF8.TryGetBytes(text, bytes, out var length) ? With(hash, bytes[..length]) : With(hash, Encoding.UTF8.GetBytes(text));
    }

    private static ulong With(ulong hash, ReadOnlySpan<byte> bytes)
    {
        foreach (var one in bytes)
            hash = (hash ^ one) * Prime;
        return With(hash, (ulong)bytes.Length);
    }

    private static ulong Mix(ulong word)
    {
        word = (word ^ (word >> 33)) * 0xff51afd7ed558ccd;
        word = (word ^ (word >> 33)) * 0xc4ceb9fe1a85ec53;
        return word ^ (word >> 33);
    }
}
