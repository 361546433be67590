using System.Reflection;
using Microsoft.Extensions.Logging;
using Mptcp.ControlPlane.Server.Telemetry;

namespace Mptcp.ControlPlane.Server.Tests.Telemetry;

public sealed class LogTests
{
    [Fact]
    public void Every_message_has_an_event_id_of_its_own()
    {
        var ids = typeof(Log).GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
            .Select(method => method.GetCustomAttribute<LoggerMessageAttribute>()?.EventId)
            .OfType<int>()
            .ToList();
        Assert.NotEmpty(ids);
        Assert.All(ids, id => Assert.True(id > 0));
        Assert.Equal(ids.Distinct(), ids);
    }
}
