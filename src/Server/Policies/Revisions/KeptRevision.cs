using Mptcp.ControlPlane.Server.Policies.Documents;
using Mptcp.ControlPlane.Server.Policies.Model;

namespace Mptcp.ControlPlane.Server.Policies.Revisions;

/// <summary>A revision as the history keeps it.</summary>
/// <param name="Number">Its number, one more than that of the revision before; 0 for what holds before anything was applied.</param>
/// <param name="Etag">What stands for it. No two revisions share it, also where numbers begin anew.</param>
/// <param name="Yaml">Its document, as it was applied.</param>
internal sealed record KeptRevision(long Number, string Etag, string Yaml)
{
    /// <summary>What holds before anything was applied: no policies.</summary>
    public static KeptRevision None { get; } = new(0, "0", PolicyDocumentWriter.Write(PolicyDocument.Empty))
    {
        State = RevisionState.Holding,
        Author = PolicyAuthor.Daemon,
    };

    public required RevisionState State { get; init; }

    public required PolicyAuthor Author { get; init; }

    public PolicyEnforcement Enforcement { get; init; }

    /// <summary>When it was applied.</summary>
    public DateTimeOffset Applied { get; init; }

    /// <summary>What whoever applied it said of it.</summary>
    // Where a file does not have it, the reader of JSON says null.
    public string Comment { get; init => field = value ?? ""; } = "";

    /// <summary>How many policies it has.</summary>
    public int Policies { get; init; }

    /// <summary>Until when it must be confirmed; null where it need not be, or has been.</summary>
    public DateTimeOffset? ConfirmDeadline { get; init; }

    /// <summary>The revision that holds again if it is not confirmed in time.</summary>
    public long FallsBackTo { get; init; }

    /// <summary>The revision whose document it has again, where it rolled back; else 0.</summary>
    public long RolledBackTo { get; init; }
}
