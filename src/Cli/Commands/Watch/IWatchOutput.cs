using Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Cli.Commands;

/// <summary>How the messages of a watch become lines.</summary>
interface IWatchOutput
{
    IEnumerable<string> Lines(WatchResponse message);
}
