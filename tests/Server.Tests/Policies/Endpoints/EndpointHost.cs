using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Mptcp.ControlPlane.Server.Kernel.Commands;
using Mptcp.ControlPlane.Server.Policies.Documents;
using Mptcp.ControlPlane.Server.Policies.Enforcement;
using Mptcp.ControlPlane.Server.Policies.Model;
using Mptcp.ControlPlane.Server.Policies.Reconciliation.Endpoints;
using Mptcp.ControlPlane.Server.Policies.Revisions;
using Mptcp.ControlPlane.Server.State;
using Mptcp.ControlPlane.Server.State.Events;
using Mptcp.Native.PathManagement;
using Mptcp.Native.Routing;

namespace Mptcp.ControlPlane.Server.Tests.Policies.Endpoints;

/// <summary>A host whose endpoints are kept, on a kernel that is played.</summary>
internal sealed class EndpointHost : IDisposable
{
    private readonly List<NetworkInterface> _interfaces = [];
    private readonly List<Endpoint> _untold = [];
    private readonly string? _directory;
    private EndpointJournal _journal = null!;
    private PolicyRevision? _revision;

    /// <param name="directory">The daemon's state directory; null for none.</param>
    public EndpointHost(string? directory = null)
    {
        _directory = directory;
        Kernel.Ended = _untold.Add;
        Restart();
    }

    public SimulatedEndpoints Kernel { get; } = new();

    public EndpointKeeper Keeper { get; private set; } = null!;

    public FakeTimeProvider Time { get; } = new();

    public List<Connection> Connections { get; } = [];

    /// <summary>Ends the daemon as a kill does, and starts another one.</summary>
    public void Restart()
    {
        _journal?.Dispose();
        _journal = EndpointJournal.Open(_directory, Guid.Empty, NullLogger.Instance);
        Keeper = new EndpointKeeper(
            "edge", Kernel, new EndpointSurroundings(() => _interfaces, () => Connections), new PathIds(new Lock(), new AddressIdTable()),
            _journal.Of("1"), Time, new Random(1), NullLogger.Instance);
        if (_revision is not null)
            Keeper.Adopt(_revision);
    }

    /// <summary>Gives an interface these addresses. A tentative one ends with a question mark, a deprecated one with an exclamation mark.</summary>
    public void SetInterface(int index, string name, bool hasCarrier, params IEnumerable<string> addresses)
    {
        _interfaces.RemoveAll(known => known.Link.Index == index);
        var flags = LinkFlags.Up | (hasCarrier ? LinkFlags.Running | LinkFlags.LowerUp : LinkFlags.None);
        _interfaces.Add(new NetworkInterface(new NetworkLink(index, name) { Flags = flags }, [.. addresses.Select(text => AddressOf(index, text))]));
        _interfaces.Sort((one, other) => one.Link.Index.CompareTo(other.Link.Index));
        Keeper.Observe(new StateEvent(StateEventType.InterfaceChanged, "edge", Time.GetUtcNow()));
    }

    public void RemoveInterface(int index)
    {
        _interfaces.RemoveAll(known => known.Link.Index == index);
        Keeper.Observe(new StateEvent(StateEventType.InterfaceRemoved, "edge", Time.GetUtcNow()));
    }

    public bool Has(IPAddress address) => _interfaces.Exists(known => known.Addresses.Any(one => one.Address.Equals(address)));

    /// <summary>Has policies hold, and does what comes of it.</summary>
    /// <param name="keys">The keys of the one policy.</param>
    /// <param name="enforcement">Whether it is made true.</param>
    public void Apply(string keys, PolicyEnforcement enforcement = PolicyEnforcement.Enforce)
        => Apply(PolicyDocumentReader.Read($"policies: [{{name: a, mode: kernel, {keys}}}]"), enforcement);

    /// <summary>Has no policy hold.</summary>
    public void ApplyNothing() => Apply(PolicyDocument.Empty);

    public void Apply(PolicyDocument document, PolicyEnforcement enforcement = PolicyEnforcement.Enforce)
    {
        _revision = new PolicyRevision((_revision?.Number ?? 0) + 1, document, enforcement);
        Keeper.Adopt(_revision);
        Keeper.Keep();
    }

    /// <summary>Lets time pass, second by second. What ended is told of a little later than it ends.</summary>
    public void Pass(int seconds)
    {
        Keeper.Keep();
        for (; seconds > 0; seconds--)
        {
            TellEnds();
            Time.Advance(TimeSpan.FromSeconds(1));
            Keeper.Keep();
        }
    }

    public void Connect(uint token, params IEnumerable<string> locals) => Connections.Add(new Connection("edge", token, token)
    {
        State = ConnectionState.Established,
        Subflows = [.. locals.Select((local, place) => new Subflow(new IPEndPoint(IPAddress.Parse(local), 40000 + place), IPEndPoint.Parse("198.18.1.2:443"), SubflowState.Established))],
    });

    public NamespaceExplanation Explain() => Keeper.Explain(document: null);

    /// <summary>What is said of an endpoint.</summary>
    public ExplainedEndpoint Explain(string place) => Explain().Endpoints.Single(one => one.Place.Equals(IPEndPoint.Parse(place)));

    public void Dispose() => _journal.Dispose();

    private void TellEnds()
    {
        _untold.ForEach(End);
        _untold.Clear();
    }

    private void End(Endpoint endpoint)
    {
        for (var place = 0; place < Connections.Count; place++)
        {
            var connection = Connections[place];
            Connections[place] = connection with { Subflows = connection.Subflows.RemoveAll(subflow => subflow.Local.Address.Equals(endpoint.Address) && (endpoint.Port == 0 || endpoint.Port == subflow.Local.Port)) };
        }
    }

    private static InterfaceAddress AddressOf(int index, string text)
    {
        var flags = text[^1] switch { '?' => AddressFlags.Tentative, '!' => AddressFlags.Deprecated, _ => AddressFlags.None };
        return new InterfaceAddress(index, IPAddress.Parse(text.TrimEnd('?', '!')), 24) { Flags = flags };
    }
}
