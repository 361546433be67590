using System.Collections.Immutable;
using System.IO.Enumeration;

namespace Mptcp.ControlPlane.Server.Policies.Model;

/// <summary>Names that are allowed: those that a pattern allows, or any where none does, but none that a pattern denies.</summary>
/// <param name="Allow">Names in which <c>*</c> stands for any characters and <c>?</c> for one; none allows all.</param>
/// <param name="Deny">The same; none denies nothing.</param>
internal sealed record NamePatterns(ImmutableArray<string> Allow, ImmutableArray<string> Deny)
{
    /// <summary>Allows every name.</summary>
    public static NamePatterns All { get; } = new([], []);

    public bool Allows(string name) => (Allow.IsEmpty || Any(Allow, name)) && !Any(Deny, name);

    public bool Equals(NamePatterns? other) => other is not null && Allow.SequenceEqual(other.Allow) && Deny.SequenceEqual(other.Deny);

    public override int GetHashCode() => HashCode.Combine(Allow.Length, Deny.Length);

    /// <summary>Whether a name is like one of several patterns.</summary>
    public static bool Any(ImmutableArray<string> patterns, string name)
    {
        foreach (var pattern in patterns)
        {
            if (FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false))
                return true;
        }

        return false;
    }
}
