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
}
