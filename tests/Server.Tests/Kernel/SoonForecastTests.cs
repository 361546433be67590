using Mptcp.ControlPlane.Server.Kernel;

namespace Mptcp.ControlPlane.Server.Tests.Kernel;

public sealed class SoonForecastTests
{
    private readonly SoonForecast _forecast = new(processors: 2);

    [Fact]
    public void Nothing_is_expected_before_it_came_twice()
    {
        Assert.False(_forecast.IsExpected);
        _forecast.Note(came: true);
        Assert.False(_forecast.IsExpected);
        _forecast.Note(came: true);
        Assert.True(_forecast.IsExpected);
    }

    [Fact]
    public void Once_late_is_forgiven_twice_is_not()
    {
        for (var i = 0; i < 100; i++)
            _forecast.Note(came: true);
        _forecast.Note(came: false);
        Assert.True(_forecast.IsExpected);
        _forecast.Note(came: false);
        Assert.False(_forecast.IsExpected);
    }

    [Fact]
    public void Long_absence_does_not_count_for_ever()
    {
        for (var i = 0; i < 100; i++)
            _forecast.Note(came: false);
        _forecast.Note(came: true);
        _forecast.Note(came: true);
        Assert.True(_forecast.IsExpected);
    }

    [Fact]
    public void One_processor_never_waits_awake()
    {
        var forecast = new SoonForecast(processors: 1);
        for (var i = 0; i < 100; i++)
            forecast.Note(came: true);
        Assert.False(forecast.IsExpected);
    }
}
