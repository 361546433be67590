using Mptcp.Control.V1;
using Mptcp.ControlPlane.Cli.Output;

namespace Mptcp.ControlPlane.Cli.Commands;

/// <summary>
/// A watch for programs: one object a line, whose only field says what it is. Batches are the transport's and do not show.
/// </summary>
sealed class WatchJson : IWatchOutput
{
    public void Show(WatchResponse message, Printer printer)
    {
        switch (message.MessageCase)
        {
            case WatchResponse.MessageOneofCase.Events:
                foreach (var item in message.Events.Events)
                    printer.ShowJsonLine("event", item);
                break;
            case WatchResponse.MessageOneofCase.Sync: printer.ShowJsonLine("sync", message.Sync); break;
            case WatchResponse.MessageOneofCase.Bookmark: printer.ShowJsonLine("bookmark", message.Bookmark); break;
            case WatchResponse.MessageOneofCase.Lost: printer.ShowJsonLine("lost", message.Lost); break;
            // A message of a newer contract: nothing in it is known here.
            default: printer.ShowJsonLine("unknown", message); break;
        }
    }
}
