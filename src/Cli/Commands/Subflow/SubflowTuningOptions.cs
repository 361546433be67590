using System.CommandLine;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Cli.Parsing;

namespace Mptcp.ControlPlane.Cli.Commands;

/// <summary>How a subflow shall send.</summary>
sealed class SubflowTuningOptions
{
    // What the contract takes for no clamp and no limit.
    const uint NoClamp = int.MaxValue;
    const ulong NoLimit = ulong.MaxValue;

    readonly Option<string?> _congestion = Parsed.Text("--congestion", "NAME", "The congestion control, one that the kernel has loaded: node show lists them");
    readonly Option<uint> _clamp = Parsed.Option(
        "--cwnd-clamp", "N|none", "The most segments of the congestion window", text => text == "none" ? NoClamp : NumberText.Parse(text, 1u, NoClamp));
    readonly Option<ulong> _rate = Parsed.Option(
        "--pacing-rate", "RATE|none", "The most to send, such as 10mbit or 1.25MB/s", text => text == "none" ? NoLimit : RateText.Parse(text));

    public SubflowTuningOptions(Command command)
    {
        command.Add(_clamp);
        command.Add(_congestion);
        command.Add(_rate);
    }

    /// <summary>Whether any is given.</summary>
    public bool AreGiven(ParseResult arguments) => arguments.IsGiven(_clamp) || arguments.IsGiven(_congestion) || arguments.IsGiven(_rate);

    /// <summary>Puts what is given into a request.</summary>
    public void Fill(TuneSubflowRequest request, ParseResult arguments)
    {
        request.CongestionControl = arguments.GetValue(_congestion) ?? "";
        request.CongestionWindowClamp = arguments.GetValue(_clamp);
        request.PacingRate = arguments.GetValue(_rate);
    }

    /// <summary>Says how a subflow sends.</summary>
    public static string Describe(TuneSubflowRequest request, TuneSubflowResponse response)
    {
        var path = $"{AddressText.Format(request.Local)} -> {AddressText.Format(request.Remote)}";
        // It ended as soon as it was tuned.
        if (response.CongestionControl.Length == 0)
            return $"{path} was set, and is over";
        var rate = response.PacingRate == 0 ? "no limit" : "at most " + RateText.Format(response.PacingRate);
        return $"{path} sends with {response.CongestionControl}, a window of {NumberText.Format(response.CongestionWindow)} segments now, {rate}";
    }
}
