using Mptcp.Control.V1;
using Mptcp.ControlPlane.Cli.Parsing;

namespace Mptcp.ControlPlane.Cli.Tests.Parsing;

public sealed class EndPatternTests
{
    [Theory]
    [InlineData("198.18.0.1", "198.18.0.1/32", 0, 0)]
    [InlineData("198.18.0.0/15", "198.18.0.0/15", 0, 0)]
    [InlineData("198.18.0.1:443", "198.18.0.1/32", 443, 443)]
    [InlineData("198.18.0.0/15:1000-2000", "198.18.0.0/15", 1000, 2000)]
    [InlineData("0.0.0.0/0:1-65535", "0.0.0.0/0", 1, 65535)]
    [InlineData("2001:DB8::1", "2001:db8::1/128", 0, 0)]
    [InlineData("2001:db8::/32", "2001:db8::/32", 0, 0)]
    [InlineData("2001:db8::/32:443", "2001:db8::/32", 443, 443)]
    [InlineData("[2001:db8::/32]:443", "2001:db8::/32", 443, 443)]
    [InlineData("[2001:db8::]/32:443", "2001:db8::/32", 443, 443)]
    [InlineData("[2001:db8::1]:443", "2001:db8::1/128", 443, 443)]
    [InlineData("[2001:db8::1]", "2001:db8::1/128", 0, 0)]
    [InlineData("::/0", "::/0", 0, 0)]
    [InlineData(":443", "", 443, 443)]
    [InlineData("*:443", "", 443, 443)]
    [InlineData("*", "", 0, 0)]
    public void An_end_is_a_prefix_ports_or_both(string text, string prefix, uint first, uint last) => Assert.Equal(
        new EndPattern(prefix, first == 0 ? null : new PortRange { First = first, Last = last }),
        EndPattern.Parse(text));

    [Theory]
    [InlineData("", "")] // Any address, as "*" is.
    [InlineData("443", "is neither a prefix nor a port")]
    [InlineData("10.1", "is neither a prefix nor a port")]
    [InlineData("host:443", "is neither a prefix nor a port")]
    [InlineData("/8", "is neither a prefix nor a port")]
    [InlineData("*/8", "is neither a prefix nor a port")]
    [InlineData("[198.18.0.1]:443", "is neither a prefix nor a port")]
    [InlineData("[2001:db8::1", "is neither a prefix nor a port")]
    [InlineData("[2001:db8::1]443", "is neither a prefix nor a port")]
    [InlineData("[2001:db8::/32]/32:443", "the length of the prefix in")]
    [InlineData("fe80::1%eth0", "is neither a prefix nor a port")]
    [InlineData("2001:db8::1:443:x", "is neither a prefix nor a port")]
    [InlineData("198.18.0.0/33", "the length of the prefix in '198.18.0.0/33' is not a number from 0 to 32")]
    [InlineData("2001:db8::/129", "the length of the prefix in '2001:db8::/129' is not a number from 0 to 128")]
    [InlineData("198.18.0.0/-1", "the length of the prefix in")]
    [InlineData("198.18.0.1/15", "'198.18.0.1/15' has bits set behind its prefix: expected 198.18.0.0/15")]
    [InlineData("2001:db8::1/32", "'2001:db8::1/32' has bits set behind its prefix: expected 2001:db8::/32")]
    [InlineData(":0", "the port of ':0' is not a number from 1 to 65535, or a range of such")]
    [InlineData(":65536", "the port of")]
    [InlineData(":", "the port of")]
    [InlineData(":1-", "the port of")]
    [InlineData(":-5", "the port of")]
    [InlineData(":2000-1000", "the ports of ':2000-1000' end before they begin")]
    public void What_is_none_is_refused_with_what_is_wrong(string text, string problem)
    {
        if (problem.Length > 0)
            Assert.Contains(problem, Assert.Throws<FormatException>(() => EndPattern.Parse(text)).Message, StringComparison.Ordinal);
        else
            Assert.Equal(new EndPattern("", null), EndPattern.Parse(text));
    }
}
