using System.Globalization;
using Mptcp.Lab.Interop;

namespace Mptcp.Lab;

public sealed partial class LabHost
{
    /// <summary>Has everything fail that this process, from now on, asks the host's kernel over sockets it has open.</summary>
    /// <param name="protocol">The netlink protocol of the sockets, linux/netlink.h.</param>
    /// <returns>How many there were.</returns>
    public int BreakNetlink(int protocol)
    {
        // "sk Eth Pid Groups Rmem Wmem Dump Locks Drops Inode", where Eth is the protocol.
        var sockets = Run(() => File.ReadAllLines("/proc/thread-self/net/netlink")).Skip(1)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(columns => columns[1] == protocol.ToString(CultureInfo.InvariantCulture))
            .Select(columns => $"socket:[{columns[^1]}]")
            .ToHashSet();
        using var useless = File.OpenHandle("/dev/null");
        var descriptors = Directory.GetFileSystemEntries("/proc/self/fd")
            .Where(link => new FileInfo(link).LinkTarget is { } target && sockets.Contains(target))
            .Select(link => int.Parse(Path.GetFileName(link), CultureInfo.InvariantCulture))
            .ToList();
        descriptors.ForEach(descriptor => Kernel.Redirect(descriptor, useless));
        return descriptors.Count;
    }
}
