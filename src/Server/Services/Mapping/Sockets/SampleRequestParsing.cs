using System.Globalization;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Services.Errors;

namespace Mptcp.ControlPlane.Server.Services.Mapping.Sockets;

/// <summary>Reads what a caller wants sampled, with everything that is wrong with it noted.</summary>
internal static class SampleRequestParsing
{
    private static readonly TimeSpan DefaultInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ShortestInterval = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LongestInterval = TimeSpan.FromHours(1);

    /// <summary>Notes what is wrong with what is to be sampled.</summary>
    public static void CheckTarget(SampleRequest request, RequestViolations violations)
    {
        SocketQueryParsing.RequireKnown(request.FilterProtocol, "filter_protocol", violations);
        if (request.Token == 0 && request.Filter is null)
            violations.Add("token", "is required where there is no filter: a connection's token is never 0");
        if (request.Token != 0 && request.Filter is not null)
            violations.Add("filter", "must not be set beside token, which selects one connection");
        if (request.ConnectionId != 0 && request.Token == 0)
            violations.Add("connection_id", "needs a token");
        if (request.FilterProtocol != SocketProtocol.Unspecified && request.Filter is null)
            violations.Add("filter_protocol", "needs a filter");
        new SocketFilterParsing(violations).Check(request.Filter, "filter");
    }

    /// <summary>Reads the interval.</summary>
    public static TimeSpan ReadInterval(SampleRequest request, RequestViolations violations)
    {
        if (request.Interval is not { } given)
            return DefaultInterval;
        if (given is { Seconds: >= 0 and <= 3600, Nanos: >= 0 and < 1_000_000_000 }
            && given.ToTimeSpan() is var interval && interval >= ShortestInterval && interval <= LongestInterval)
        {
            return interval;
        }

        var seconds = given.Seconds + given.Nanos / 1e9m;
        violations.Add("interval", string.Create(CultureInfo.InvariantCulture, $"must be 10 ms to 1 h, and is {seconds:0.#########} s"));
        return DefaultInterval;
    }
}
