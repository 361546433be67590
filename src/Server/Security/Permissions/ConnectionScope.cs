using Mptcp.ControlPlane.Server.Policies.Model;

namespace Mptcp.ControlPlane.Server.Security.Permissions;

/// <summary>Some of the connections of the host.</summary>
internal abstract record ConnectionScope
{
    /// <summary>Whether a connection is one of them; false while that is not known.</summary>
    public abstract bool Reaches(ConnectionFacts facts);

    /// <summary>Whether there may be some in a namespace.</summary>
    public abstract bool Reaches(string namespaceName);

    private static bool MayHold(PolicyMatch match, string namespaceName)
        => match.Namespaces.IsEmpty || NamePatterns.Any(match.Namespaces, namespaceName);

    /// <summary>Those that match.</summary>
    public sealed record Matching(PolicyMatch Match) : ConnectionScope
    {
        public override bool Reaches(ConnectionFacts facts) => Match.Matches(facts) == true;

        public override bool Reaches(string namespaceName) => MayHold(Match, namespaceName);
    }

    /// <summary>Those that policies delegate to a role, which the first policy that matches decides.</summary>
    public sealed record Delegated(PolicyDocument Document, string Role) : ConnectionScope
    {
        public override bool Reaches(ConnectionFacts facts) => Document.FindFor(facts).Policy?.Delegation?.Role == Role;

        public override bool Reaches(string namespaceName)
            => Document.Policies.Any(policy => policy.Delegation?.Role == Role && MayHold(policy.Match, namespaceName));
    }
}
