using System.Globalization;
using Mptcp.ControlPlane.Cli.Output;
using Mptcp.ControlPlane.Client;

namespace Mptcp.ControlPlane.Cli.Commands;

/// <summary>
/// What there is to say of a watch that goes on when its stream breaks: among the lines for people, and beside those for
/// programs, which are the daemon's.
/// </summary>
sealed class WatchRemarks
{
    bool _isAway;

    /// <summary>Says that the stream broke, or that it cannot be had yet.</summary>
    public void TellAway(WatchInterruption interruption, Printer printer)
    {
        _isAway = true;
        var pause = interruption.Delay.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture);
        Tell($"the daemon is away ({Why(interruption.Error)}); trying again in {pause} s", printer);
    }

    /// <summary>Says that the daemon is back, if it was away.</summary>
    public void TellBack(Printer printer)
    {
        if (!_isAway)
            return;
        _isAway = false;
        Tell("reconnected", printer);
    }

    // It may be long before the next line, with which this would be flushed.
    static void Tell(string text, Printer printer)
    {
        if (printer.IsJson)
            printer.ShowAside(text);
        else
            printer.ShowLine("-- " + text);
        printer.Flush();
    }

    static string Why(ControlPlaneError error) => error.Origin switch
    {
        ControlPlaneErrorOrigin.Unreachable => "it cannot be reached",
        ControlPlaneErrorOrigin.Transport => "the connection broke",
        _ when error.Message.Length > 0 => error.Message.TrimEnd('.'),
        _ => error.StatusCode.ToString(),
    };
}
