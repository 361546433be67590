using Mptcp.Control.V1;
using Mptcp.ControlPlane.Cli.Output;

namespace Mptcp.ControlPlane.Cli.Commands;

/// <summary>How the messages of a watch are shown.</summary>
interface IWatchOutput
{
    void Show(WatchResponse message, Printer printer);
}
