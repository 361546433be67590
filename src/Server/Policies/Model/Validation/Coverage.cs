using System.Collections.Immutable;
using System.Net;

namespace Mptcp.ControlPlane.Server.Policies.Model.Validation;

/// <summary>Whether one rule holds for all that another holds for. It says so only where that is certain.</summary>
internal static class Coverage
{
    /// <summary>Whether a match takes every connection that another takes.</summary>
    public static bool Of(PolicyMatch wide, PolicyMatch narrow)
        => (wide.ServerSide is null || wide.ServerSide == narrow.ServerSide)
        && Each(wide.Namespaces, narrow.Namespaces, Of)
        && Each(wide.Interfaces, narrow.Interfaces, Of)
        && Each(wide.Local, narrow.Local, Of)
        && Each(wide.LocalPorts, narrow.LocalPorts, Of)
        && Each(wide.Remote, narrow.Remote, Of)
        && Each(wide.RemotePorts, narrow.RemotePorts, Of)
        && Each(wide.UserIds, narrow.UserIds, (one, other) => one == other)
        && Each(wide.Cgroups, narrow.Cgroups, Of)
        && Each(wide.Commands, narrow.Commands, Of);

    /// <summary>Whether a pattern takes every name that another takes.</summary>
    public static bool Of(string wide, string narrow)
    {
        if (wide == narrow)
            return true;
        if (wide.Contains('\\', StringComparison.Ordinal) || narrow.Contains('\\', StringComparison.Ordinal))
            return false;

        // The pattern is matched with the other as if that were a name; but its "?" is not enough for a "*".
        var (at, place) = (0, 0);
        var (star, starPlace) = (-1, 0);
        while (place < narrow.Length)
        {
            if (at < wide.Length && wide[at] == '*')
            {
                (star, starPlace) = (at++, place);
            }
            else if (at < wide.Length && (wide[at] == '?' ? narrow[place] != '*' : wide[at] == narrow[place]))
            {
                (at, place) = (at + 1, place + 1);
            }
            else if (star >= 0)
            {
                (at, place) = (star + 1, ++starPlace);
            }
            else
            {
                return false;
            }
        }

        return wide.AsSpan(at).IndexOfAnyExcept('*') < 0;
    }

    private static bool Of(PortRange wide, PortRange narrow) => wide.First <= narrow.First && narrow.Last <= wide.Last;

    private static bool Of(IPNetwork wide, IPNetwork narrow) => wide.PrefixLength <= narrow.PrefixLength && wide.Contains(narrow.BaseAddress);

    // An empty list takes everything.
    private static bool Each<T>(ImmutableArray<T> wide, ImmutableArray<T> narrow, Func<T, T, bool> covers)
        => wide.IsEmpty || (!narrow.IsEmpty && narrow.All(one => wide.Any(other => covers(other, one))));
}
