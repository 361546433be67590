using Mptcp.ControlPlane.Server.Policies.Revisions;

namespace Mptcp.ControlPlane.Server.Sessions.Writing;

/// <summary>Who writes to a connection.</summary>
/// <param name="Author">Who it is.</param>
internal sealed record Writer(PolicyAuthor Author)
{
    /// <summary>Whether it writes although a controller decides.</summary>
    public bool Overrides { get; init; }

    /// <summary>Whether it may, as administrators may.</summary>
    public bool MayOverride { get; init; }

    /// <summary>Hears whom it overrides.</summary>
    public Action<SessionIdentity>? Overriding { get; init; }
}
