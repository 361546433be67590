namespace Mptcp.ControlPlane.Server.Tests.Security.Limits;

/// <summary>Tests that measure what this process takes, and so have it for themselves.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    public const string Name = "alone";
}
