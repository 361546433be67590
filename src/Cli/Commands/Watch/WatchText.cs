using System.Globalization;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Cli.Output;
using Mptcp.ControlPlane.Cli.Parsing;

namespace Mptcp.ControlPlane.Cli.Commands;

/// <summary>A watch for people: a line per event in columns that grow as they must, and remarks that begin with dashes.</summary>
sealed class WatchText : IWatchOutput
{
    // Time and type are as wide as they can be from the first line on; a namespace and a path are not known before.
    readonly int[] _widths = ["0000-00-00T00:00:00.000Z".Length, 0, "connection-established".Length, "0x00000000".Length, 0];

    public void Show(WatchResponse message, Printer printer)
    {
        foreach (var line in Lines(message))
            printer.ShowLine(line);
    }

    IEnumerable<string> Lines(WatchResponse message) => message.MessageCase switch
    {
        WatchResponse.MessageOneofCase.Events => message.Events.Events.Select(Line),
        WatchResponse.MessageOneofCase.Sync => ["-- up to date at " + Place(
            message.Sync.Sequence,
            message.Sync.ResumeToken,
            message.Sync.Difference ? " (told as the difference to what was known)" : "")],
        WatchResponse.MessageOneofCase.Bookmark => ["-- bookmark at " + Place(message.Bookmark.Sequence, message.Bookmark.ResumeToken)],
        WatchResponse.MessageOneofCase.Lost => ["-- " + Describe(message.Lost)],
        _ => ["-- a message that this mptcpctl does not know"],
    };

    string Line(Event item) => Align(
        item.Time?.ToDateTime().ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture) ?? "-",
        item.Namespace,
        EnumText.Format(item.Type),
        item.Token == 0 ? "-" : TokenText.Format(item.Token),
        EventText.Path(item),
        EventText.Detail(item));

    string Align(params ReadOnlySpan<string> cells)
    {
        var line = "";
        for (var i = 0; i < _widths.Length; i++)
        {
            var cell = cells[i].Length == 0 ? "-" : TextTable.Visible(cells[i]);
            _widths[i] = Math.Max(_widths[i], cell.Length);
            line += cell.PadRight(_widths[i] + 2);
        }

        return (line + TextTable.Visible(cells[^1])).TrimEnd();
    }

    static string Place(ulong sequence, string resumeToken, string remark = "") =>
        string.Create(CultureInfo.InvariantCulture, $"sequence {sequence}{remark}; resume from here with --resume {resumeToken}");

    static string Describe(Lost lost)
    {
        var count = !lost.HasCount ? "an unknown number of events"
            : lost.Count == 1 ? "1 event"
            : string.Create(CultureInfo.InvariantCulture, $"{lost.Count} events");
        var where = lost.Source switch
        {
            // What the client library says: no daemon leaves it open.
            LossSource.Unspecified => "the snapshot broke off and begins again",
            LossSource.Kernel => "the kernel had more to say than its buffer held",
            LossSource.Log => "the daemon no longer holds them",
            LossSource.Restart => "the daemon was restarted meanwhile",
            var other => EnumText.Format(other),
        };
        var range = lost.FirstSequence == 0
            ? ""
            : string.Create(CultureInfo.InvariantCulture, $" (sequence {lost.FirstSequence} to {lost.LastSequence})");
        var space = lost.Namespace.Length == 0 ? "" : " of namespace " + lost.Namespace;
        return $"lost {count}{space}{range}: {where}";
    }
}
