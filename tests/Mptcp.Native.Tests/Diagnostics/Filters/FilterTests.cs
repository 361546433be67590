using System.Net;
using Mptcp.Native.Diagnostics.Filters;

namespace Mptcp.Native.Tests.Diagnostics.Filters;

public class FilterTests
{
    [Fact]
    public void A_range_of_ports() => Assert.Equal(
        [
            0x02, 0x08, 0x14, 0x00, // S_GE, yes: the next, no: 20 bytes on, beyond the end by the length of an instruction
            0x00, 0x00, 0x40, 0x1f, // port 8000
            0x03, 0x08, 0x0c, 0x00, // S_LE, yes: the end, no: beyond the end
            0x00, 0x00, 0x4a, 0x1f, // port 8010
        ],
        FilterCompiler.Compile(SocketFilter.LocalPort(8000, 8010)));

    [Fact]
    public void Either_of_two_networks_but_not_an_interface() => Assert.Equal(
        [
            0x07, 0x10, 0x14, 0x00, // S_COND, yes: the next, no: behind the jump
            0x02, 0x18, 0x00, 0x00, // AF_INET, prefix 24, padding
            0xff, 0xff, 0xff, 0xff, // any port
            0xc6, 0x12, 0x01, 0x00, // 198.18.1.0
            0x01, 0x04, 0x20, 0x00, // JMP, yes: the next (never), no: behind the second network
            0x08, 0x1c, 0x2c, 0x00, // D_COND, yes: the next, no: beyond the end
            0x0a, 0x20, 0x00, 0x00, // AF_INET6, prefix 32, padding
            0xff, 0xff, 0xff, 0xff, // any port
            0x20, 0x01, 0x0d, 0xb8, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, // 2001:db8::
            0x09, 0x08, 0x0c, 0x00, // DEV_COND, yes: the next, no: the end
            0x03, 0x00, 0x00, 0x00, // interface 3
            0x01, 0x04, 0x08, 0x00, // JMP, yes: the end (never), no: beyond the end
        ],
        FilterCompiler.Compile(
            (SocketFilter.LocalAddress(IPNetwork.Parse("198.18.1.0/24")) | SocketFilter.RemoteAddress(IPNetwork.Parse("2001:db8::/32")))
            & !SocketFilter.Interface(3)));

    [Fact]
    public void A_range_that_ends_before_it_begins_is_none()
        => Assert.Throws<ArgumentOutOfRangeException>(() => SocketFilter.LocalPort(2, 1));

    [Fact]
    public void An_index_below_0_is_no_interface()
        => Assert.Throws<ArgumentOutOfRangeException>(() => SocketFilter.Interface(-1));

    [Fact]
    public void A_filter_as_long_as_an_attribute_is_compiled_with_long_jumps()
    {
        // 12 bytes each, 4 between them: 65,528 bytes.
        var program = FilterCompiler.Compile(SocketFilter.Any(Ports(4095)));
        Assert.Equal(4095 * 16 - 4, program.Length);
        Assert.True(BytecodeMachine.IsValid(program));
        Assert.True(BytecodeMachine.Matches(program, WithPort(1)));
        Assert.True(BytecodeMachine.Matches(program, WithPort(4095)));
        Assert.False(BytecodeMachine.Matches(program, WithPort(4096)));
    }

    [Fact]
    public void A_longer_filter_is_refused()
        => Assert.Contains("65528 bytes", Assert.Throws<SocketFilterException>(() => FilterCompiler.Compile(SocketFilter.Any(Ports(4097)))).Message);

    [Fact]
    public void A_filter_that_is_nested_too_deep_is_refused()
    {
        var filter = SocketFilter.LocalPort(1);
        var exception = Assert.Throws<SocketFilterException>(() =>
        {
            for (ushort port = 2; port < 1000; port++)
                filter = port % 2 == 0 ? filter & SocketFilter.LocalPort(port) : filter | SocketFilter.LocalPort(port);
        });
        Assert.Equal("a filter may be nested 64 deep, and no deeper", exception.Message);
    }

    [Fact]
    public void Long_sums_and_double_negations_are_not_nested()
    {
        var filter = SocketFilter.LocalPort(0);
        for (ushort port = 1; port < 1000; port++)
            filter = !!(filter | SocketFilter.LocalPort(port));
        Assert.Equal(2, filter.Depth);
    }

    private static IEnumerable<SocketFilter> Ports(int count) => Enumerable.Range(1, count).Select(port => SocketFilter.LocalPort((ushort)port));

    private static FilteredSocket WithPort(int port) => new(new IPEndPoint(IPAddress.Any, port), new IPEndPoint(IPAddress.Any, 0), 0, 0, 0, false);
}
