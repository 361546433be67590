using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Mptcp.ControlPlane.Server.Policies.Revisions;

/// <summary>The revisions that are kept, the newest last. It never changes: a change makes another.</summary>
/// <param name="Revisions">The revisions; the last one holds.</param>
internal sealed record PolicyHistory(ImmutableArray<KeptRevision> Revisions)
{
    /// <summary>How many revisions are kept, beside one that may be fallen back to.</summary>
    public const int MostRevisions = 100;

    // So that what is written at each change stays small, whatever the size of documents.
    private const int MostCharacters = 16 * 1024 * 1024;

    /// <summary>Nothing was applied yet.</summary>
    public static PolicyHistory Empty { get; } = new([]);

    /// <summary>The revision that holds.</summary>
    [JsonIgnore]
    public KeptRevision Holding => Revisions.IsEmpty ? KeptRevision.None : Revisions[^1];

    /// <summary>Finds a revision; 0 is always there.</summary>
    public KeptRevision? Find(long number)
        => number == 0 ? KeptRevision.None : Revisions.FirstOrDefault(revision => revision.Number == number);

    /// <summary>With a revision that holds from here on, and without the oldest where they are too many.</summary>
    /// <param name="revision">The revision.</param>
    /// <param name="before">What becomes of the one that held.</param>
    public PolicyHistory With(KeptRevision revision, RevisionState before)
        => new(Trim(WithHolding(Holding with { State = before, ConfirmDeadline = null }).Revisions.Add(revision)));

    /// <summary>With something else known of the revision that holds.</summary>
    public PolicyHistory WithHolding(KeptRevision revision)
        => Revisions.IsEmpty ? this : new(Revisions.SetItem(Revisions.Length - 1, revision));

    private static ImmutableArray<KeptRevision> Trim(ImmutableArray<KeptRevision> revisions)
    {
        var kept = new Stack<KeptRevision>();
        var characters = 0;
        foreach (var revision in revisions.Reverse())
        {
            characters += revision.Yaml.Length;
            if (kept.Count == 0 || revision.Number == revisions[^1].FallsBackTo
                || (kept.Count < MostRevisions && characters <= MostCharacters))
            {
                kept.Push(revision);
            }
        }

        return [.. kept];
    }
}
