using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Mptcp.ControlPlane.Server.Policies.Reconciliation.Endpoints;
using Mptcp.Native.PathManagement;

namespace Mptcp.ControlPlane.Server.Policies.Enforcement;

/// <summary>What policies made in one namespace, as it is on record. The kernel loop's thread alone uses it.</summary>
/// <param name="write">Puts a note on record; null to keep none.</param>
internal sealed class MadeEndpoints(Action<string>? write = null)
{
    private const string Made = "made";
    private const string Gone = "gone";
    private const string Set = "set";
    private const string Restored = "restored";

    private readonly HashSet<MadeEndpoint> _endpoints = [];

    /// <summary>The endpoints that policies made, or were about to make.</summary>
    public IReadOnlyCollection<MadeEndpoint> Endpoints => _endpoints;

    /// <summary>The limits that policies set, or were about to set; null where they set none.</summary>
    public SetLimits? Limits { get; private set; }

    public bool IsEmpty => _endpoints.Count == 0 && Limits is null;

    /// <summary>All of it, as notes.</summary>
    public IEnumerable<string> Notes => _endpoints.Select(one => NoteOf(Made, one))
        .Concat(Limits?.Values.Select(value => NoteOf(Limits.Before, value)) ?? []);

    /// <summary>Notes that an endpoint is about to be made.</summary>
    /// <exception cref="IOException">That cannot be written: then it must not be made.</exception>
    public void Add(MadeEndpoint endpoint)
    {
        write?.Invoke(NoteOf(Made, endpoint));
        _endpoints.Add(endpoint);
    }

    /// <summary>Notes that an endpoint is gone.</summary>
    /// <exception cref="IOException">That cannot be written. It counts all the same while this daemon runs.</exception>
    public void Remove(MadeEndpoint endpoint)
    {
        if (_endpoints.Remove(endpoint))
            write?.Invoke(NoteOf(Gone, endpoint));
    }

    /// <summary>Notes that limits are about to be set.</summary>
    /// <param name="current">What they are.</param>
    /// <param name="next">What they are set to.</param>
    /// <exception cref="IOException">That cannot be written: then they must not be set.</exception>
    public void AddLimits(EndpointLimits current, EndpointLimits next)
    {
        // What somebody else has set meanwhile is what they were before.
        var before = Limits is { } known && known.Values.Contains(current) ? known.Before : current;
        write?.Invoke(NoteOf(before, next));
        Learn(before, next);
    }

    /// <summary>Notes that the limits are no longer those that a policy set.</summary>
    /// <exception cref="IOException">That cannot be written. It counts all the same while this daemon runs.</exception>
    public void RemoveLimits()
    {
        Limits = null;
        write?.Invoke(Restored);
    }

    /// <summary>Reads a note.</summary>
    /// <returns>False when it is none.</returns>
    public bool Read(ReadOnlySpan<string> words)
    {
        switch (words)
        {
            case [Made or Gone, var id, var place] when byte.TryParse(id, CultureInfo.InvariantCulture, out var number)
                && IPEndPoint.TryParse(place, out var known):
                _ = words[0] == Made ? _endpoints.Add(new MadeEndpoint(number, known)) : _endpoints.Remove(new MadeEndpoint(number, known));
                return true;
            case [Set, var before, var next] when TryParse(before, out var earlier) && TryParse(next, out var later):
                Learn(earlier, later);
                return true;
            case [Restored]:
                Limits = null;
                return true;
            default:
                return false;
        }
    }

    private void Learn(EndpointLimits before, EndpointLimits next)
        => Limits = new SetLimits(before, (Limits?.Values ?? ImmutableHashSet<EndpointLimits>.Empty).Add(next));

    private static bool TryParse(string text, out EndpointLimits limits)
    {
        limits = new EndpointLimits(0, 0);
        if (text.Split('/') is not [var subflows, var accepted]
            || !uint.TryParse(subflows, CultureInfo.InvariantCulture, out var most) || !uint.TryParse(accepted, CultureInfo.InvariantCulture, out var taken))
        {
            return false;
        }

        limits = new EndpointLimits(most, taken);
        return true;
    }

    private static string NoteOf(string kind, MadeEndpoint endpoint)
        => string.Create(CultureInfo.InvariantCulture, $"{kind} {endpoint.Id} {endpoint.Place}");

    private static string NoteOf(EndpointLimits before, EndpointLimits next) => string.Create(
        CultureInfo.InvariantCulture, $"{Set} {before.Subflows}/{before.AcceptedAddresses} {next.Subflows}/{next.AcceptedAddresses}");
}
