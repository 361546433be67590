using Mptcp.ControlPlane.Cli.Parsing;

namespace Mptcp.ControlPlane.Cli.Tests.Parsing;

public sealed class RateTextTests
{
    [Theory]
    [InlineData(0, "0 bit/s")]
    [InlineData(0.01, "0 bit/s")]
    [InlineData(100, "800 bit/s")]
    [InlineData(124.9, "999 bit/s")]
    [InlineData(124.95, "1.00 kbit/s")]
    [InlineData(125, "1.00 kbit/s")]
    [InlineData(1_249.3, "9.99 kbit/s")]
    [InlineData(1_249.9, "10.0 kbit/s")]
    [InlineData(12_500, "100 kbit/s")]
    [InlineData(1_250_000, "10.0 Mbit/s")]
    [InlineData(124_940_000, "1.00 Gbit/s")]
    [InlineData(4e20, "3200 Ebit/s")]
    public void A_rate_has_three_digits_and_a_unit(double bytesPerSecond, string text) => Assert.Equal(text, RateText.Format(bytesPerSecond));

    [Theory]
    [InlineData("8bit", 1)]
    [InlineData("10mbit", 1_250_000)]
    [InlineData("10Mbit/s", 1_250_000)]
    [InlineData("1.25MB/s", 1_250_000)]
    [InlineData("1.00 kbit/s", 125)]
    [InlineData("500kB", 500_000)]
    [InlineData("2.5Gbit", 312_500_000)]
    [InlineData("1TB", 1_000_000_000_000)]
    public void A_rate_is_read_in_bits_or_bytes(string text, ulong bytesPerSecond) => Assert.Equal(bytesPerSecond, RateText.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("10")]
    [InlineData("10mb")]
    [InlineData("mbit")]
    [InlineData("-1kB")]
    [InlineData("1e3B")]
    [InlineData("7bit")]
    [InlineData("99999999999TB")]
    public void What_is_no_rate_is_refused(string text) => Assert.Throws<FormatException>(() => RateText.Parse(text));
}
