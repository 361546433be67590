namespace Mptcp.ControlPlane.Server.Policies.Revisions;

/// <summary>Whether and how revisions are kept.</summary>
/// <param name="State">Whether they are.</param>
/// <param name="Directory">The directory that they are kept in; empty for none.</param>
/// <param name="Remark">What went wrong when they were read; empty for nothing.</param>
internal sealed record PolicyStorage(PolicyStorageState State, string Directory, string Remark)
{
    /// <summary>They are not kept.</summary>
    public static PolicyStorage None { get; } = new(PolicyStorageState.NotKept, "", "");
}
