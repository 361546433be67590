using Mptcp.Control.V1;
using Mptcp.ControlPlane.Cli.Output;

namespace Mptcp.ControlPlane.Cli.Commands;

/// <summary>
/// A watch for programs: one object a line, whose only field says what it is. Batches are the transport's and do not show.
/// </summary>
sealed class WatchJson : IWatchOutput
{
    public IEnumerable<string> Lines(WatchResponse message) => message.MessageCase switch
    {
        WatchResponse.MessageOneofCase.Events => message.Events.Events.Select(item => JsonText.Line("event", item)),
        WatchResponse.MessageOneofCase.Sync => [JsonText.Line("sync", message.Sync)],
        WatchResponse.MessageOneofCase.Bookmark => [JsonText.Line("bookmark", message.Bookmark)],
        WatchResponse.MessageOneofCase.Lost => [JsonText.Line("lost", message.Lost)],
        // A message of a newer contract: nothing in it is known here.
        _ => [JsonText.Line("unknown", message)],
    };
}
