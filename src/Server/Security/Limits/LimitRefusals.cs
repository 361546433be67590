using System.Globalization;
using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Services.Errors;

namespace Mptcp.ControlPlane.Server.Security.Limits;

/// <summary>What callers are told who take too much.</summary>
internal static class LimitRefusals
{
    // In which a tenth of the requests of a second may be made again.
    private static readonly TimeSpan SoonAgain = TimeSpan.FromMilliseconds(100);

    // Calls and streams end when their callers end them.
    private static readonly TimeSpan Later = TimeSpan.FromSeconds(1);

    /// <summary>Refuses what one caller has too many of, or too much in.</summary>
    /// <param name="limit">By which limit.</param>
    /// <param name="caller">Whom, by name.</param>
    /// <param name="rules">The limits that hold.</param>
    /// <param name="pause">How long nothing more is read of it.</param>
    public static ControlPlaneException Exceeded(LimitKind limit, string caller, LimitRules rules, TimeSpan pause = default)
    {
        var (words, delay) = limit switch
        {
            LimitKind.RequestsPerSecond => (string.Create(CultureInfo.InvariantCulture, $"may make {rules.RequestsPerSecond} requests a second"), SoonAgain),
            LimitKind.StreamsPerCaller => (string.Create(CultureInfo.InvariantCulture, $"may have {rules.StreamsPerCaller} streams open"), Later),
            LimitKind.CallsPerCaller => (string.Create(CultureInfo.InvariantCulture, $"may make {rules.CallsPerCaller} calls at once"), Later),
            LimitKind.RequestBytes => (string.Create(CultureInfo.InvariantCulture, $"may send messages of {rules.RequestBytes} bytes"), default(TimeSpan?)),
            LimitKind.HeaderBytes => (string.Create(CultureInfo.InvariantCulture, $"may send headers of {rules.HeaderBytes} bytes"), null),
            _ => throw new ArgumentOutOfRangeException(nameof(limit), limit, "a limit that no call is refused by"),
        };
        return new ControlPlaneException(
            StatusCode.ResourceExhausted, ErrorReason.CallerLimitExceeded, $"{caller} {words} ({limit.KeyOf()}), and this is more")
        {
            Metadata = new Dictionary<string, string> { ["limit"] = limit.NameOf(), ["caller"] = caller },
            RetryDelay = pause > delay ? pause : delay,
        };
    }
}
