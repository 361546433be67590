using System.Globalization;
using System.Net;
using Mptcp.Native.Congestion;
using Mptcp.Native.Interop;

namespace Mptcp.ControlPlane.Server.Kernel.Tuning;

/// <summary>A subflow is not tuned, or not in everything that was asked for.</summary>
/// <param name="refusal">Why.</param>
/// <param name="message">Why, for people.</param>
internal sealed class TuningRefusedException(TuningRefusal refusal, string message) : Exception(message)
{
    private static readonly (TuningOption Option, string Field, string Words)[] Options =
    [
        (TuningOption.CongestionControl, "congestion_control", "the congestion control"),
        (TuningOption.CongestionWindowClamp, "congestion_window_clamp", "the clamp of the congestion window"),
        (TuningOption.PacingRate, "pacing_rate", "the pacing rate"),
    ];

    public TuningRefusal Refusal { get; } = refusal;

    /// <summary>Facts for programs.</summary>
    public IReadOnlyDictionary<string, string> Facts { get; init; } = new Dictionary<string, string>();

    public static TuningRefusedException NotFound(uint token, IPEndPoint local, IPEndPoint remote)
        => new(TuningRefusal.SubflowNotFound, $"the connection 0x{token:x8} has no subflow from {local} to {remote}, or no longer; nothing was changed");

    /// <summary>Says what the kernel refused, and what it had done before.</summary>
    public static TuningRefusedException Of(TuningOutcome.Refused refused, SubflowSettings settings)
    {
        var words = Options.First(one => one.Option == refused.Option);
        var done = Options.Where(one => one.Option < refused.Option && IsWanted(one.Option, settings)).ToList();
        var remainder = done.Count == 0 ? "nothing was changed" : $"{string.Join(" and ", done.Select(one => one.Words))} was set";
        var isUnknown = refused.Option == TuningOption.CongestionControl && refused.Error == Errno.NotFound;
        var problem = isUnknown
            ? $"the kernel has not loaded a congestion control \"{settings.CongestionControl}\" (net.ipv4.tcp_available_congestion_control lists those that it has; "
                + $"loading a module tcp_{settings.CongestionControl} may bring it)"
            : $"the kernel refused {words.Words}: {refused.Error}";
        return new TuningRefusedException(
            isUnknown ? TuningRefusal.CongestionControlUnknown : TuningRefusal.KernelRefused, $"{problem}; {remainder}")
        {
            Facts = new Dictionary<string, string>
            {
                ["errno"] = refused.Error.Number.ToString(CultureInfo.InvariantCulture),
                ["errno_name"] = refused.Error.Name,
                ["refused"] = words.Field,
                ["done"] = string.Join(',', done.Select(one => one.Field)),
            },
        };
    }

    private static bool IsWanted(TuningOption option, SubflowSettings settings) => option switch
    {
        TuningOption.CongestionControl => settings.CongestionControl is not null,
        TuningOption.CongestionWindowClamp => settings.CongestionWindowClamp is not null,
        _ => settings.PacingRate is not null,
    };
}
