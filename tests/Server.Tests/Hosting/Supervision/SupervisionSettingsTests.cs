using System.Globalization;
using Mptcp.ControlPlane.Server.Hosting.Supervision;

namespace Mptcp.ControlPlane.Server.Tests.Hosting.Supervision;

/// <summary>What a service manager says of its watchdog.</summary>
public sealed class SupervisionSettingsTests
{
    private static readonly string Own = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);

    [Fact]
    public void The_watchdog_is_for_this_process_where_none_or_this_one_is_named()
    {
        Assert.Equal(TimeSpan.FromSeconds(30), SupervisionSettings.ReadWatchdog("30000000", null));
        Assert.Equal(TimeSpan.FromSeconds(30), SupervisionSettings.ReadWatchdog("30000000", Own));
        Assert.Null(SupervisionSettings.ReadWatchdog("30000000", "1"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("soon")]
    public void What_is_no_time_is_no_watchdog(string? interval) => Assert.Null(SupervisionSettings.ReadWatchdog(interval, null));

    [Fact]
    public void A_time_beyond_all_times_is_the_longest() => Assert.Equal(
        TimeSpan.MaxValue.TotalDays, SupervisionSettings.ReadWatchdog("9223372036854775807", null)!.Value.TotalDays, tolerance: 1);
}
