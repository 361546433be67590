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
        using var useless = File.OpenHandle("/dev/null");
        var descriptors = FindNetlink(protocol, isListening: null);
        descriptors.ForEach(descriptor => Kernel.Redirect(descriptor, useless));
        return descriptors.Count;
    }

    /// <summary>Has something else answer what this process, from now on, asks the host's kernel over sockets it has open.</summary>
    /// <param name="protocol">The netlink protocol of the sockets.</param>
    /// <param name="answer">Makes the datagrams that answer a request.</param>
    public ReplacedNetlink ReplaceNetlink(int protocol, Func<byte[], IEnumerable<byte[]>> answer)
        => new(FindNetlink(protocol, isListening: false), answer);

    /// <summary>Has this process hear nothing any more over the sockets by which it hears the host's kernel, but what is said in its place.</summary>
    /// <param name="protocol">The netlink protocol of the sockets.</param>
    public ReplacedNetlink ReplaceNetlinkEvents(int protocol) => new(FindNetlink(protocol, isListening: true), answer: static _ => []);

    // Those that have joined a group are there to listen; those that have not, to ask. Null is for both.
    List<int> FindNetlink(int protocol, bool? isListening)
    {
        // "sk Eth Pid Groups Rmem Wmem Dump Locks Drops Inode", where Eth is the protocol.
        var sockets = Run(() => File.ReadAllLines("/proc/thread-self/net/netlink")).Skip(1)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(columns => columns[1] == protocol.ToString(CultureInfo.InvariantCulture))
            .Where(columns => isListening is null || isListening == columns[3].Any(digit => digit != '0'))
            .Select(columns => $"socket:[{columns[^1]}]")
            .ToHashSet();
        return
        [
            .. Directory.GetFileSystemEntries("/proc/self/fd")
                .Where(link => new FileInfo(link).LinkTarget is { } target && sockets.Contains(target))
                .Select(link => int.Parse(Path.GetFileName(link), CultureInfo.InvariantCulture)),
        ];
    }
}
