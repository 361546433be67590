using System.IO.Hashing;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Mptcp.ControlPlane.Server.Policies.Revisions;
using Mptcp.Fuzzing.Engine;

namespace Mptcp.Fuzzing.Harnesses.Server;

/// <summary>
/// The file of policies in the state directory. An input is the whole file; or what is below the header, which is put before it with
/// the checksum that fits, as a daemon of another version would have written it.
/// </summary>
internal sealed class PolicyStoreHarness() : Harness("policy-store")
{
    private static readonly byte[] Whole = PolicyHistoryFormat.Write(History());

    public override IReadOnlyList<byte[]> Seeds { get; } = [Whole, Whole[(Array.IndexOf(Whole, (byte)'\n') + 1)..]];

    public override IReadOnlyList<byte[]> Words { get; } = Bytes(
        "null", "[]", "{}", "\"\"", "-1", "1e9", "9223372036854775807", "\"number\": ", "\"etag\": ", "\"yaml\": ", "\"state\": \"Pending\"",
        "\"confirmDeadline\": \"0001-01-01T00:00:00Z\"", "\"9999-12-31T23:59:59Z\"", "\"fallsBackTo\": ", "\"author\": null", "\"revisions\": null",
        "\"kind\": ", "\"policies: [{name: a}]\"", "\\ud800");

    public override void Take(byte[] input)
    {
        Open(input);
        Open([.. Encoding.ASCII.GetBytes($"mptcp-controld policies 1 xxh128 {Convert.ToHexStringLower(XxHash128.Hash(input))}\n"), .. input]);
    }

    private static void Open(byte[] content)
    {
        var directory = ScratchDirectory.With(PolicyStore.FileName, content);
        var store = PolicyStore.Open(directory, NullLogger.Instance, TimeProvider.System);
        using var revisions = new PolicyRevisions(store, new Nobody(), _ => { }, NullLogger<PolicyRevisions>.Instance, TimeProvider.System);
        if (store.Storage.State == PolicyStorageState.Kept)
        {
            var written = PolicyHistoryFormat.Write(store.Found);
            BrokenPromiseException.Unless(
                PolicyHistoryFormat.Write(PolicyHistoryFormat.Read(written)).AsSpan().SequenceEqual(written), "what is written reads back as the same");
        }

        revisions.Start();
    }

    private static PolicyHistory History()
    {
        var first = new KeptRevision(1, "1-a", "policies: [{name: a}]")
        {
            State = RevisionState.Superseded,
            Author = PolicyAuthor.Daemon with { Kind = PolicyAuthorKind.Process, UserId = 1000, Command = "mptcpctl" },
            Applied = DateTimeOffset.UnixEpoch,
            Policies = 1,
        };
        var second = first with
        {
            Number = 2,
            Etag = "2-b",
            State = RevisionState.Pending,
            ConfirmDeadline = new DateTimeOffset(9000, 1, 1, 0, 0, 0, TimeSpan.Zero),
            FallsBackTo = 1,
            Comment = "try",
        };
        return new PolicyHistory([first, second]);
    }
}
