using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Services.Errors;
using Mptcp.ControlPlane.Server.Services.Mapping.Sockets;

namespace Mptcp.ControlPlane.Server.Tests.Services.Mapping;

public sealed class SocketFilterParsingTests
{
    public static TheoryData<string> WrongPrefixes =>
    [
        "", "198.18.0.0", "198.18.0.1/15", "198.18.0.0/33", "198.18/16", "0/0", "198.018.0.0/24", "2001:db8::1/32", "2001:db8::/129",
        "fe80::%1/10", "[2001:db8::]/32", "host/8", "198.18.0.0/-1", "/8",
    ];

    [Theory]
    [InlineData("198.18.0.0/15")]
    [InlineData("198.18.0.1/32")]
    [InlineData("0.0.0.0/0")]
    [InlineData("2001:db8::/32")]
    [InlineData("2001:DB8:0::/48")]
    [InlineData("::/0")]
    [InlineData("::ffff:198.18.0.0/112")]
    public void Prefixes_are_taken(string prefix) => Assert.Empty(Violations(new SocketFilter { LocalPrefix = prefix }));

    [Theory]
    [MemberData(nameof(WrongPrefixes))]
    public void What_is_no_prefix_is_refused_with_what_it_is(string prefix)
    {
        var (field, description) = Assert.Single(Violations(new SocketFilter { RemotePrefix = prefix }));
        Assert.Equal("filter.remote_prefix", field);
        Assert.EndsWith($"and is \"{prefix}\"", description, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0u, 0u, "")]
    [InlineData(5u, 0u, "")]
    [InlineData(65535u, 65535u, "")]
    [InlineData(5u, 4u, "must not end before it begins, and is 5 to 4")]
    [InlineData(65536u, 0u, "must be a range of ports up to 65535, and is 65536 to 65536")]
    [InlineData(1u, 65536u, "must be a range of ports up to 65535, and is 1 to 65536")]
    public void A_range_of_ports_is_one(uint first, uint last, string problem)
    {
        var violations = Violations(new SocketFilter { LocalPort = new PortRange { First = first, Last = last } });
        Assert.Equal(problem.Length == 0 ? [] : [("filter.local_port", problem)], violations);
    }

    [Fact]
    public void Everything_that_is_wrong_is_named_by_its_path()
    {
        var filter = All(
            new SocketFilter { LocalPrefix = "198.18.0.0/15" },
            new SocketFilter(),
            new SocketFilter
            {
                Any = new SocketFilterList
                {
                    Filters =
                    {
                        new SocketFilter { Not = new SocketFilter { RemotePort = new PortRange { First = 2, Last = 1 } } },
                        new SocketFilter { Mark = new MarkFilter { Value = 0x11, Mask = 0x10 } },
                        new SocketFilter { Mark = new MarkFilter { Value = uint.MaxValue } },
                        new SocketFilter { RemotePrefix = "x" },
                    },
                },
            });

        Assert.Equal(
            [
                "filter.all.filters[1]", "filter.all.filters[2].any.filters[0].not.remote_port", "filter.all.filters[2].any.filters[1].mark.value",
                "filter.all.filters[2].any.filters[3].remote_prefix",
            ],
            Violations(filter).Select(violation => violation.Field));
    }

    [Theory]
    [InlineData(32, 0)]
    [InlineData(33, 1)]
    public void A_filter_is_nested_32_deep_and_no_deeper(int depth, int count)
    {
        var filter = new SocketFilter { AutomaticPort = true };
        for (var level = 1; level < depth; level++)
            filter = All(filter);
        var violations = Violations(filter);
        Assert.Equal(count, violations.Count);
        Assert.All(violations, violation => Assert.Equal(
            ("filter" + string.Concat(Enumerable.Repeat(".all.filters[0]", 32)), "must be nested at most 32 deep"), violation));
    }

    [Fact]
    public void More_conditions_than_any_kernel_takes_are_not_even_looked_at()
    {
        var filter = All([.. Enumerable.Repeat(new SocketFilter { LocalPrefix = "198.18.0.0/15" }, 16384), new SocketFilter { LocalPrefix = "x" }]);
        Assert.Equal([("filter", "must have at most 16384 conditions, and has 16385")], Violations(filter));
    }

    [Fact]
    public void Violations_are_told_as_far_as_headers_can_hold_them()
    {
        var error = Refusal(All([.. Enumerable.Repeat(new SocketFilter { LocalPrefix = new string('x', 2_000_000) }, 1000)]));
        Assert.InRange(error.Violations.Count, 5, 100);
        Assert.InRange(error.Message.Length, 1000, 10_000);
        Assert.EndsWith($"; and {1000 - error.Violations.Count} more", error.Message, StringComparison.Ordinal);
    }

    private static SocketFilter All(params SocketFilter[] filters) => new() { All = new SocketFilterList { Filters = { filters } } };

    private static List<(string Field, string Description)> Violations(SocketFilter filter)
    {
        var violations = new RequestViolations();
        new SocketFilterParsing(violations).Check(filter, "filter");
        return violations.Any
            ? [.. violations.ToException().Violations.Select(violation => (violation.Field, violation.Description))]
            : [];
    }

    private static ControlPlaneException Refusal(SocketFilter filter)
    {
        var violations = new RequestViolations();
        new SocketFilterParsing(violations).Check(filter, "filter");
        return Assert.Throws<ControlPlaneException>(violations.ThrowIfAny);
    }
}
