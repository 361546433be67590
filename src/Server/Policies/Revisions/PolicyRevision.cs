using Mptcp.ControlPlane.Server.Policies.Model;

namespace Mptcp.ControlPlane.Server.Policies.Revisions;

/// <summary>A document that was applied.</summary>
/// <param name="Number">Its number, one more than that of the revision before; 0 for what holds before anything was applied.</param>
/// <param name="Document">What it states.</param>
/// <param name="Enforcement">Whether it is made true.</param>
internal sealed record PolicyRevision(long Number, PolicyDocument Document, PolicyEnforcement Enforcement)
{
    /// <summary>What holds before anything was applied: no connection is decided about.</summary>
    public static PolicyRevision None { get; } = new(0, PolicyDocument.Empty, PolicyEnforcement.Enforce);
}
