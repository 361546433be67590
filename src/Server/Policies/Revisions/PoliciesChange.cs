namespace Mptcp.ControlPlane.Server.Policies.Revisions;

/// <summary>A change of the policies.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Revision">The revision that holds from here on, without its document.</param>
/// <param name="Author">Who changed it.</param>
internal sealed record PoliciesChange(PoliciesChangeKind Kind, KeptRevision Revision, PolicyAuthor Author);
