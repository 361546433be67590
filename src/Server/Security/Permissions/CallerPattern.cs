using System.Collections.Immutable;
using System.Globalization;
using Mptcp.ControlPlane.Server.Policies.Model;
using Mptcp.ControlPlane.Server.Security.Identity;

namespace Mptcp.ControlPlane.Server.Security.Permissions;

/// <summary>Callers whom a binding is for.</summary>
internal abstract record CallerPattern
{
    /// <summary>Whether a caller is one of them.</summary>
    public abstract bool Matches(Caller caller);

    /// <summary>A user of this host, over the Unix socket.</summary>
    public sealed record User(uint Id) : CallerPattern
    {
        public override bool Matches(Caller caller) => caller is LocalCaller local && local.UserId == Id;

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"user:{Id}");
    }

    /// <summary>The users of this host who are in a group, over the Unix socket.</summary>
    public sealed record Group(uint Id) : CallerPattern
    {
        public override bool Matches(Caller caller) => caller is LocalCaller local && local.Groups.Contains(Id);

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"group:{Id}");
    }

    /// <summary>Those at network addresses who have proved a name, in which <c>*</c> and <c>?</c> stand for any letters.</summary>
    public sealed record Name(string Pattern) : CallerPattern
    {
        // A backslash is a letter of subjects, as RFC 4514 writes them.
        private readonly ImmutableArray<string> _patterns = [Pattern.Replace("\\", "\\\\", StringComparison.Ordinal)];

        public override bool Matches(Caller caller)
            => caller is RemoteCaller remote && remote.Names.Any(name => NamePatterns.Any(_patterns, name));

        public bool Equals(Name? other) => other?.Pattern == Pattern;

        public override int GetHashCode() => Pattern.GetHashCode(StringComparison.Ordinal);

        public override string ToString() => Pattern;
    }

    /// <summary>Those at network addresses who have proved nothing.</summary>
    public sealed record Unproved : CallerPattern
    {
        public override bool Matches(Caller caller) => caller is RemoteCaller { Names.IsEmpty: true, Standing: null };

        public override string ToString() => RemoteCaller.Anonymous;
    }
}
