using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Cli.Output;
using Mptcp.ControlPlane.Cli.Parsing;

namespace Mptcp.ControlPlane.Cli.Commands;

/// <summary>Revisions of the policies in words.</summary>
static class PolicyText
{
    /// <summary>What a change has made of the policies.</summary>
    public static string Applied(string what, PolicyRevision revision, PolicyStorage? storage)
    {
        var text = $"{what} revision {Number(revision.Number)}: {Count(revision.Policies, "policy", "policies")}, {Enforcement(revision.Enforcement)}; etag {revision.Etag}";
        if (revision.RolledBackTo != 0)
            text += $"; it has the policies of revision {Number(revision.RolledBackTo)}";
        if (revision.ConfirmDeadline is { } deadline)
            text += $"; 'mptcpctl policy confirm {Number(revision.Number)}' before {Time(deadline)}, or it is rolled back";
        return storage?.State == PolicyStorageState.NotKept ? text + "; the daemon forgets it when it ends, for it has no --state-dir" : text;
    }

    /// <summary>What there is to say of a revision above its text.</summary>
    public static IEnumerable<string> Heading(GetPoliciesResponse response)
    {
        var revision = response.Revision;
        if (revision.Number == 0)
        {
            yield return $"revision 0, etag {revision.Etag}: nothing was applied yet";
        }
        else
        {
            yield return $"revision {Number(revision.Number)}, etag {revision.Etag}, {State(revision)}, {Enforcement(revision.Enforcement)},"
                + $" applied {Time(revision.ApplyTime)} by {Author(revision.Author)}";
        }

        if (revision.Comment.Length > 0)
            yield return TextTable.Visible(revision.Comment);
        if (Storage(response.Storage) is { } storage)
            yield return TextTable.Visible(storage);
    }

    /// <summary>What has become of a revision.</summary>
    public static string State(PolicyRevision revision) => revision.ConfirmDeadline is { } deadline
        ? $"to be confirmed before {Time(deadline)}"
        : EnumText.Format(revision.State);

    /// <summary>Who changed the policies.</summary>
    public static string Author(PolicyAuthor? author) => author?.AuthorCase switch
    {
        PolicyAuthor.AuthorOneofCase.Process when author.Process.Command.Length > 0 => string.Create(
            CultureInfo.InvariantCulture, $"uid={author.Process.Uid} {TextTable.Visible(author.Process.Command)}[{author.Process.Pid}]"),
        PolicyAuthor.AuthorOneofCase.Process => string.Create(CultureInfo.InvariantCulture, $"uid={author.Process.Uid} [{author.Process.Pid}]"),
        PolicyAuthor.AuthorOneofCase.Peer when author.Identity.Length > 0 => $"{TextTable.Visible(author.Identity)} [{author.Peer}]",
        PolicyAuthor.AuthorOneofCase.Peer => author.Peer,
        PolicyAuthor.AuthorOneofCase.Daemon => "the daemon",
        _ => "",
    };

    /// <summary>Whether policies are made true, as a participle.</summary>
    public static string Enforcement(PolicyEnforcement enforcement) => enforcement switch
    {
        PolicyEnforcement.Enforce => "enforced",
        PolicyEnforcement.Monitor => "monitored",
        _ => EnumText.Format(enforcement),
    };

    /// <summary>A moment, in UTC.</summary>
    public static string Time(Timestamp? time) => time?.ToDateTime().ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture) ?? "";

    /// <summary>A number with what it counts.</summary>
    public static string Count(ulong number, string one, string several) => $"{NumberText.Format(number)} {(number == 1 ? one : several)}";

    /// <summary>A revision's number.</summary>
    public static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    static string? Storage(PolicyStorage? storage) => storage?.State switch
    {
        PolicyStorageState.NotKept => "the daemon forgets its policies when it ends, for it has no --state-dir",
        PolicyStorageState.Recovered or PolicyStorageState.Lost => "at the daemon's start: " + storage.Remark,
        _ => null,
    };
}
