using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Mptcp.ControlPlane.Server.Kernel.Commands;
using Mptcp.ControlPlane.Server.Policies.ByHand;
using Mptcp.ControlPlane.Server.Policies.Enforcement;
using Mptcp.ControlPlane.Server.Policies.Model;
using Mptcp.ControlPlane.Server.Policies.Reconciliation;
using Mptcp.ControlPlane.Server.Policies.Revisions;
using Mptcp.ControlPlane.Server.Sessions.Deciding;
using Mptcp.ControlPlane.Server.State;
using Mptcp.ControlPlane.Server.State.Events;
using Mptcp.ControlPlane.Server.Tests.Support;
using Mptcp.Native.Routing;

namespace Mptcp.ControlPlane.Server.Tests.Policies.Enforcement;

/// <summary>A host with one connection whose paths are kept, on a kernel that is played.</summary>
internal sealed class KeptHost
{
    // More than any of these connections needs.
    private const int MostRounds = 2_000;

    private readonly List<NetworkInterface> _interfaces = [];
    private readonly AddressIdTable _ids = new();
    private readonly string _name;
    private long _revision;

    /// <param name="kernel">The kernel.</param>
    /// <param name="desk">Who decides about delegated connections; null for a desk of its own.</param>
    /// <param name="name">The name of the namespace.</param>
    public KeptHost(SimulatedKernel kernel, ControllerDesk? desk = null, string name = "test")
    {
        (Kernel, Desk, _name) = (kernel, desk ?? new ControllerDesk(Time), name);
        Table = new ConnectionTable(name, kernel, told => Keeper!.Observe(told));
        Keeper = Restart(HandJournal.Open(null, Guid.Empty, NullLogger.Instance));
    }

    public SimulatedKernel Kernel { get; }

    public ConnectionTable Table { get; private set; }

    public PathKeeper Keeper { get; private set; }

    public JumpingClock Time { get; } = new();

    public ControllerDesk Desk { get; }

    public Connection Connection => Table.Find(SimulatedKernel.Token)!;

    /// <summary>Forgets all that was known, and takes from the kernel's sockets what they show, as a new daemon would.</summary>
    public void Forget(HandJournal journal)
    {
        Table = new ConnectionTable(_name, Kernel, told => Keeper.Observe(told));
        Restart(journal);
        var seen = ((IKernelSockets)Kernel).Look(SimulatedKernel.Token, []).Connection!;
        Table.Reconcile(seen, StateEventCause.Start, Time.GetUtcNow());
    }

    private PathKeeper Restart(HandJournal journal) => Keeper = new PathKeeper(
        Table, () => _interfaces, Kernel, new PathIds(new Lock(), _ids), new SubflowRequests(), Time, new Random(1), journal, _name, Desk);

    /// <summary>Gives an interface these addresses.</summary>
    public void SetInterface(int index, string name, bool hasCarrier, params IEnumerable<string> addresses)
    {
        _interfaces.RemoveAll(known => known.Link.Index == index);
        var flags = LinkFlags.Up | (hasCarrier ? LinkFlags.Running | LinkFlags.LowerUp : LinkFlags.None);
        var link = new NetworkLink(index, name) { Flags = flags };
        _interfaces.Add(new NetworkInterface(link, [.. addresses.Select(text => AddressOf(index, text))]));
        _interfaces.Sort((one, other) => one.Link.Index.CompareTo(other.Link.Index));
        Keeper.Observe(new StateEvent(StateEventType.InterfaceChanged, _name, Time.GetUtcNow()));
    }

    public bool Has(IPAddress address) => _interfaces.Exists(known => known.Addresses.Any(one => one.Address.Equals(address)));

    /// <summary>Whether a subflow that runs from an address can carry data.</summary>
    public bool Carries(IPAddress address) => _interfaces.Exists(known => known.Addresses.Any(one => one.Address.Equals(address)
        && one.UsabilityOn(known.Link) is AddressUsability.Usable or AddressUsability.Deprecated));

    public void RemoveInterface(int index)
    {
        _interfaces.RemoveAll(known => known.Link.Index == index);
        Keeper.Observe(new StateEvent(StateEventType.InterfaceRemoved, _name, Time.GetUtcNow()));
    }

    /// <summary>Has no policy hold.</summary>
    public void ApplyNone() => Keeper.Adopt(new PolicyRevision(++_revision, PolicyDocument.Empty, PolicyEnforcement.Enforce));

    public void Apply(PathPolicy policy, PolicyEnforcement enforcement = PolicyEnforcement.Enforce)
        => Keeper.Adopt(new PolicyRevision(++_revision, new PolicyDocument { Policies = [policy] }, enforcement));

    /// <summary>Lets everything happen that happens without time passing.</summary>
    public void Settle()
    {
        for (var round = 0; round < MostRounds; round++)
        {
            Keeper.Keep();
            if (Kernel.Tell() is { } told)
                Table.Apply(told, Time.GetUtcNow());
            else if (Keeper.UntilDue != TimeSpan.Zero)
                return;
        }

        Assert.Fail($"no end of it after {MostRounds} rounds: {string.Join("; ", Kernel.Subflows)}");
    }

    /// <summary>Lets time pass.</summary>
    public void Pass(TimeSpan time)
    {
        Time.Advance(time);
        Settle();
    }

    /// <summary>The paths on which a subflow is established, beside the initial one, as "local remote".</summary>
    public IEnumerable<string> Joined()
        => Connection.Subflows.Where(subflow => subflow is { Initial: false, State: SubflowState.Established })
            .Select(subflow => $"{subflow.Local.Address} {subflow.Remote}").Order();

    public PathExplanation Explain() => Keeper.Explain(SimulatedKernel.Token)!;

    private static InterfaceAddress AddressOf(int index, string text)
    {
        // A tentative one ends with a question mark, a deprecated one with an exclamation mark.
        var flags = text[^1] switch { '?' => AddressFlags.Tentative, '!' => AddressFlags.Deprecated, _ => AddressFlags.None };
        var address = IPAddress.Parse(text.TrimEnd('?', '!'));
        return new InterfaceAddress(index, address, 24) { Flags = flags };
    }
}
