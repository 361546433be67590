using System.Net;

namespace Mptcp.ControlPlane.Server.Services.Filters;

/// <summary>What a filter asks of the addresses and ports on one side: those that are given must each have an entry that matches.</summary>
internal sealed class EndFilter
{
    /// <summary>Asks nothing.</summary>
    public static EndFilter None { get; } = new();

    public IReadOnlyList<IPNetwork> Prefixes { get; init; } = [];

    public IReadOnlyList<(ushort First, ushort Last)> Ports { get; init; } = [];

    /// <summary>Whether it asks anything.</summary>
    public bool Asks => Prefixes.Count > 0 || Ports.Count > 0;

    /// <summary>Whether an end matches; null is one that is not known.</summary>
    public bool Matches(IPEndPoint? end) => MatchesPrefix(end) && MatchesPort(end);

    /// <summary>Whether some of several ends match; not all entries must be matched by the same.</summary>
    public bool MatchesAny(IReadOnlyList<IPEndPoint?> ends) => ends.Any(MatchesPrefix) && ends.Any(MatchesPort);

    private bool MatchesPrefix(IPEndPoint? end)
        => Prefixes.Count == 0 || (end is not null && Prefixes.Any(prefix => prefix.Contains(end.Address)));

    private bool MatchesPort(IPEndPoint? end)
        => Ports.Count == 0 || (end is not null && Ports.Any(range => end.Port >= range.First && end.Port <= range.Last));
}
