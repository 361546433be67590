using Mptcp.ControlPlane.Server.Policies.Model;

namespace Mptcp.ControlPlane.Server.Policies.Revisions;

/// <summary>What somebody wants to hold.</summary>
/// <param name="Yaml">The document as text.</param>
/// <param name="Document">The same, read and found to be right.</param>
/// <param name="Author">Who wants it.</param>
internal sealed record PolicyProposal(string Yaml, PolicyDocument Document, PolicyAuthor Author)
{
    /// <summary>The longest that it can hold before it must have been confirmed.</summary>
    public static readonly TimeSpan LongestConfirmation = TimeSpan.FromDays(7);

    public PolicyEnforcement Enforcement { get; init; }

    public string Comment { get; init; } = "";

    /// <summary>The etag of the revision that they saw hold; empty for whichever does.</summary>
    public string Etag { get; init; } = "";

    /// <summary>How long it holds unless it is confirmed; zero when it need not be.</summary>
    public TimeSpan ConfirmWithin { get; init; }
}
