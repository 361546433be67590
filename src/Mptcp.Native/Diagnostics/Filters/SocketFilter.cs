using System.Net;
using System.Net.Sockets;

namespace Mptcp.Native.Diagnostics.Filters;

/// <summary>
/// What must hold of sockets to be listed. The kernel judges it (INET_DIAG_REQ_BYTECODE), so sockets that do not match cost nothing more.
/// Filters are combined with <c>&amp;</c>, <c>|</c> and <c>!</c>, or <see cref="All"/>, <see cref="Any"/> and <see cref="Not"/>.
/// </summary>
public abstract record SocketFilter
{
    /// <summary>How deep a filter may be nested; the kernel has no such limit.</summary>
    public const int MaximumDepth = 64;

    private protected SocketFilter(int depth)
    {
        Depth = depth <= MaximumDepth
            ? depth
            : throw new SocketFilterException($"a filter may be nested {MaximumDepth} deep, and no deeper");
    }

    internal int Depth { get; }

    /// <summary>The local port is this one.</summary>
    /// <param name="port">The port.</param>
    public static SocketFilter LocalPort(ushort port) => LocalPort(port, port);

    /// <summary>The local port is one of a range.</summary>
    /// <param name="first">The first port of the range.</param>
    /// <param name="last">The last port of the range.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range ends before it begins.</exception>
    public static SocketFilter LocalPort(ushort first, ushort last) => Port(SocketEnd.Local, first, last);

    /// <summary>The remote port is this one.</summary>
    /// <param name="port">The port.</param>
    public static SocketFilter RemotePort(ushort port) => RemotePort(port, port);

    /// <summary>The remote port is one of a range.</summary>
    /// <inheritdoc cref="LocalPort(ushort, ushort)"/>
    public static SocketFilter RemotePort(ushort first, ushort last) => Port(SocketEnd.Remote, first, last);

    /// <summary>
    /// The local address, as sockets are listed with it, is in a network: IPv4-mapped addresses are of IPv4 networks and of no IPv6 network.
    /// </summary>
    /// <param name="network">The network; one of IPv4-mapped addresses is taken for the IPv4 network.</param>
    public static SocketFilter LocalAddress(IPNetwork network) => Address(SocketEnd.Local, network);

    /// <summary>
    /// The remote address, as sockets are listed with it, is in a network: IPv4-mapped addresses are of IPv4 networks and of no IPv6 network.
    /// </summary>
    /// <inheritdoc cref="LocalAddress"/>
    public static SocketFilter RemoteAddress(IPNetwork network) => Address(SocketEnd.Remote, network);

    /// <summary>The socket is bound to an interface.</summary>
    /// <param name="index">The interface's index; 0 for sockets that are bound to none.</param>
    public static SocketFilter Interface(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        return new InterfaceFilter(index);
    }

    /// <summary>The socket's mark (SO_MARK) has a value, once the bits of a mask are cut out. The kernel asks for CAP_NET_ADMIN.</summary>
    /// <param name="value">The value.</param>
    /// <param name="mask">The bits to look at; all of them when not said otherwise.</param>
    public static SocketFilter Mark(uint value, uint mask = uint.MaxValue) => new MarkFilter(value, mask);

    /// <summary>The socket is in a cgroup (version 2), and not one below it. Kernels before 5.9 refuse it.</summary>
    /// <param name="id">The id of the cgroup, which is the inode of its directory.</param>
    public static SocketFilter Cgroup(ulong id) => new CgroupFilter(id);

    /// <summary>The kernel chose the local port.</summary>
    public static SocketFilter AutomaticPort() => new AutomaticPortFilter();

    /// <summary>All of the filters hold; so it is when there are none.</summary>
    /// <param name="filters">The filters.</param>
    public static SocketFilter All(params IEnumerable<SocketFilter> filters)
        => new AllFilter([.. filters.SelectMany(filter => filter is AllFilter all ? all.Filters : [filter])]);

    /// <summary>One of the filters holds, or more; so it is not when there are none.</summary>
    /// <param name="filters">The filters.</param>
    public static SocketFilter Any(params IEnumerable<SocketFilter> filters)
        => new AnyFilter([.. filters.SelectMany(filter => filter is AnyFilter any ? any.Filters : [filter])]);

    /// <summary>The filter does not hold.</summary>
    /// <param name="filter">The filter.</param>
    public static SocketFilter Not(SocketFilter filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return filter is NotFilter not ? not.Filter : new NotFilter(filter);
    }

    /// <inheritdoc cref="All"/>
    public static SocketFilter operator &(SocketFilter left, SocketFilter right) => All(left, right);

    /// <inheritdoc cref="Any"/>
    public static SocketFilter operator |(SocketFilter left, SocketFilter right) => Any(left, right);

    /// <inheritdoc cref="Not"/>
    public static SocketFilter operator !(SocketFilter filter) => Not(filter);

    /// <inheritdoc cref="All"/>
    public static SocketFilter BitwiseAnd(SocketFilter left, SocketFilter right) => left & right;

    /// <inheritdoc cref="Any"/>
    public static SocketFilter BitwiseOr(SocketFilter left, SocketFilter right) => left | right;

    /// <inheritdoc cref="Not"/>
    public static SocketFilter LogicalNot(SocketFilter filter) => !filter;

    private static PortFilter Port(SocketEnd end, ushort first, ushort last)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(last, first);
        return new PortFilter(end, first, last);
    }

    private static AddressFilter Address(SocketEnd end, IPNetwork network)
    {
        const int MappedPrefix = 96;
        if (network.BaseAddress.IsIPv4MappedToIPv6 && network.PrefixLength >= MappedPrefix)
            network = new IPNetwork(network.BaseAddress.MapToIPv4(), network.PrefixLength - MappedPrefix);
        return network.BaseAddress.AddressFamily is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6
            ? new AddressFilter(end, network)
            : throw new ArgumentException($"{network} is neither an IPv4 nor an IPv6 network", nameof(network));
    }
}
