using System.Net;
using Mptcp.ControlPlane.Server.Policies.Reconciliation;
using Mptcp.ControlPlane.Server.Policies.Revisions;

namespace Mptcp.ControlPlane.Server.Policies.Enforcement.Ahead;

/// <summary>
/// What is wanted of connections of which nothing is known but where they lead: the same of all between the same addresses, until there are
/// other policies, or other addresses of this host.
/// </summary>
internal sealed class PlansAhead
{
    // A host that leads to more places hardly comes to one of them twice.
    private const int MostPlaces = 1_024;

    private readonly Dictionary<Place, PlanAhead> _plans = [];
    private PolicyRevision? _revision;
    private HostPaths? _host;
    private bool _areAlike;

    /// <summary>Finds what is wanted.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="revision">The policies.</param>
    /// <param name="host">The addresses of this host.</param>
    /// <param name="make">Makes a plan that has not been made; null where that is not possible now.</param>
    public PlanAhead? Find(BegunConnection connection, PolicyRevision revision, HostPaths host, Func<BegunConnection, PlanAhead?> make)
    {
        if (!ReferenceEquals(_revision, revision) || !ReferenceEquals(_host, host))
        {
            _plans.Clear();
            (_revision, _host) = (revision, host);
            // Hardly two connections come from one port.
            _areAlike = revision.Document.Policies.All(policy => policy.Match.LocalPorts.IsEmpty);
        }

        if (!_areAlike)
            return make(connection);
        var place = new Place(connection.Local.Address, connection.Remote, connection.DenyJoinInitialAddress);
        if (_plans.TryGetValue(place, out var known))
            return known;
        if (make(connection) is not { } plan)
            return null;
        if (_plans.Count >= MostPlaces)
            _plans.Clear();
        _plans.Add(place, plan);
        return plan;
    }

    /// <summary>All that differs between connections of which nothing is known.</summary>
    private readonly record struct Place(IPAddress Local, IPEndPoint Remote, bool DenyJoinInitialAddress);
}
