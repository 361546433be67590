using System.Net;
using System.Net.Sockets;
using CsCheck;
using Mptcp.Native.Diagnostics.Filters;

namespace Mptcp.Native.Tests.Diagnostics.Filters;

/// <summary>Whatever the filter and the socket, the kernel's machine comes to the filter's plain meaning.</summary>
public class FilterProperties
{
    // Few values, so that conditions hold often.
    private static readonly Gen<ushort> Port = Gen.OneOf<ushort>(0, 1, 80, 443, 444, 65534, 65535);

    private static readonly Gen<IPAddress> Address = Gen.OneOf(
        IPAddress.Parse("0.0.0.0"),
        IPAddress.Parse("198.18.1.1"),
        IPAddress.Parse("198.18.1.130"),
        IPAddress.Parse("255.255.255.255"),
        IPAddress.Parse("::"),
        IPAddress.Parse("2001:db8::1"),
        IPAddress.Parse("2001:db8:0:1::1"),
        IPAddress.Parse("::ffff:198.18.1.1"),
        IPAddress.Parse("::fffe:198.18.1.1"));

    private static readonly Gen<FilteredSocket> Socket = Gen.Select(
        Gen.Select(Address, Port, (address, port) => new IPEndPoint(address, port)),
        Gen.Select(Address, Port, (address, port) => new IPEndPoint(address, port)),
        Gen.Int[0, 2],
        Gen.UInt[0, 3],
        Gen.ULong[0, 2],
        Gen.Bool,
        (local, remote, index, mark, cgroup, automatic) => new FilteredSocket(local, remote, index, mark, cgroup, automatic));

    private static readonly Gen<IPNetwork> Network = Gen.Select(Address, Gen.Int[0, 128], (address, prefix) =>
    {
        var bytes = address.GetAddressBytes();
        prefix = Math.Min(prefix, bytes.Length * 8);
        for (var bit = prefix; bit < bytes.Length * 8; bit++)
            bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        return new IPNetwork(new IPAddress(bytes), prefix);
    });

    private static readonly Gen<SocketFilter> Condition = Gen.OneOf(
        Gen.Select(Port, Port, Gen.Bool, (first, second, local) => local
            ? SocketFilter.LocalPort(Math.Min(first, second), Math.Max(first, second))
            : SocketFilter.RemotePort(Math.Min(first, second), Math.Max(first, second))),
        Gen.Select(Network, Gen.Bool, (network, local) => local ? SocketFilter.LocalAddress(network) : SocketFilter.RemoteAddress(network)),
        Gen.Int[0, 2].Select(SocketFilter.Interface),
        Gen.Select(Gen.UInt[0, 3], Gen.UInt[0, 3], SocketFilter.Mark),
        Gen.ULong[0, 2].Select(SocketFilter.Cgroup),
        Gen.Const(SocketFilter.AutomaticPort()));

    private static readonly Gen<SocketFilter> Filter = Gen.Recursive<SocketFilter>((depth, filter) => depth == 5
        ? Condition
        : Gen.Frequency(
            (2, Condition),
            (1, filter.Select(inner => !inner)),
            (1, filter.Array[0, 4].Select(filters => SocketFilter.All(filters))),
            (1, filter.Array[0, 4].Select(filters => SocketFilter.Any(filters)))));

    [Fact]
    public void The_kernel_would_take_every_program()
        => Filter.Sample(filter => Assert.True(BytecodeMachine.IsValid(FilterCompiler.Compile(filter)), filter.ToString()), iter: 5_000);

    [Fact]
    public void The_kernel_would_list_the_sockets_that_the_filter_means() => Gen.Select(Filter, Socket.Array[20]).Sample(
        (filter, sockets) =>
        {
            var program = FilterCompiler.Compile(filter);
            foreach (var socket in sockets)
                Assert.True(Means(filter, socket) == BytecodeMachine.Matches(program, socket), $"{filter} of {socket}");
        },
        iter: 5_000);

    private static bool Means(SocketFilter filter, FilteredSocket socket) => filter switch
    {
        AllFilter all => all.Filters.All(inner => Means(inner, socket)),
        AnyFilter any => any.Filters.Any(inner => Means(inner, socket)),
        NotFilter not => !Means(not.Filter, socket),
        PortFilter port => End(port.End, socket).Port is var number && number >= port.First && number <= port.Last,
        AddressFilter address => Listed(End(address.End, socket).Address) is var listed
            && listed.AddressFamily == address.Network.BaseAddress.AddressFamily && address.Network.Contains(listed),
        InterfaceFilter bound => bound.Index == socket.Interface,
        MarkFilter mark => (socket.Mark & mark.Mask) == mark.Value,
        CgroupFilter cgroup => cgroup.Id == socket.Cgroup,
        AutomaticPortFilter => socket.AutomaticPort,
        _ => throw new ArgumentException(filter.ToString()),
    };

    private static IPEndPoint End(SocketEnd end, FilteredSocket socket) => end == SocketEnd.Local ? socket.Local : socket.Remote;

    private static IPAddress Listed(IPAddress address)
        => address.AddressFamily == AddressFamily.InterNetworkV6 && address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
