using System.Collections.Immutable;
using System.Net;
using Mptcp.ControlPlane.Server.Policies.Model;
using Mptcp.ControlPlane.Server.Policies.Revisions;
using Mptcp.ControlPlane.Server.Sessions.Deciding;
using Mptcp.ControlPlane.Server.Sessions.Orders;
using Mptcp.ControlPlane.Server.State;
using Mptcp.ControlPlane.Server.Tests.Policies.Enforcement;
using Mptcp.ControlPlane.Server.Tests.Support;
using Mptcp.Native.PathManagement;

namespace Mptcp.ControlPlane.Server.Tests.Sessions.Deciding;

/// <summary>Hosts with one connection each, about which the primary of one role decides, as the kernel loop would have it.</summary>
internal sealed class DelegatedHosts
{
    public const string RoleName = "te", A = "198.18.1.1", B = "198.18.2.1", C = "198.18.3.1";

    /// <summary>How long a decision may take.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(1);

    public static readonly IPEndPoint Remote = IPEndPoint.Parse("198.18.1.2:443");
    public static readonly IPEndPoint Second = IPEndPoint.Parse("198.18.2.2:443");

    private readonly JumpingClock _time = new();
    private Role _role = new(RoleName);

    public DelegatedHosts(int count, PathStrategy fallback)
    {
        Desk = new ControllerDesk(_time);
        Policy = new PathPolicy("delegated")
        {
            Strategy = PathStrategy.Delegate,
            Ndiffports = 2,
            Delegation = new Delegation(RoleName, Deadline, fallback),
        };
        foreach (var number in Enumerable.Range(0, count))
        {
            var host = new KeptHost(new SimulatedKernel { Local = IPEndPoint.Parse($"{A}:40000"), Remote = Remote }, Desk, $"host {number}");
            host.SetInterface(2, "eth0", hasCarrier: true, A);
            host.SetInterface(3, "eth1", hasCarrier: true, B);
            host.SetInterface(4, "eth2", hasCarrier: true, C);
            All.Add(host);
        }

        Apply();
    }

    public ControllerDesk Desk { get; }

    public List<KeptHost> All { get; } = [];

    /// <summary>The first.</summary>
    public KeptHost Host => All[0];

    public PathPolicy Policy { get; }

    public Seat? Seat => Desk.Find(RoleName);

    public void Apply(PolicyEnforcement enforcement = PolicyEnforcement.Enforce) => All.ForEach(host => host.Apply(Policy, enforcement));

    /// <summary>Begins a connection, and has the controller be asked about it before it is established.</summary>
    public static void Begin(KeptHost host)
    {
        host.Kernel.Connect();
        host.Keeper.Keep();
        host.Table.Apply(host.Kernel.Tell()!, host.Time.GetUtcNow());
        host.Keeper.Keep();
    }

    /// <summary>Has somebody be primary, who does not begin yet.</summary>
    public void Sit(IController? controller)
    {
        Desk.Sit(_role, controller);
        NoteChanged();
    }

    /// <summary>Lets the primary begin.</summary>
    public void Open()
    {
        Desk.Open(RoleName);
        NoteChanged();
    }

    /// <summary>Has somebody be primary of a role, and begin.</summary>
    public void Seats(IController controller, Role role)
    {
        Desk.Sit(role, controller);
        Desk.Open(role.Name);
        NoteChanged();
        Settle();
    }

    public void Seats(IController controller)
    {
        Sit(controller);
        Open();
        Settle();
    }

    /// <summary>Has the role reach other connections.</summary>
    public void SetScope(PolicyMatch scope)
    {
        _role = _role with { Scope = scope };
        Desk.Adopt([_role]);
        NoteChanged();
    }

    public void Answer(ScriptedController controller, ulong question, DecisionAnswer answer)
    {
        // From here on it is not waited for, whatever comes of it.
        controller.Open.RemoveAll(open => open.Id == question);
        if (Desk.Answer(controller, question, answer))
            NoteChanged();
        Settle();
    }

    /// <summary>Has a controller's connection have these paths and no others, as far as a question shows what there is.</summary>
    public void Answer(ScriptedController controller, DecisionQuestion question, params IEnumerable<(string Local, IPEndPoint Remote)> paths)
        => Answer(controller, question.Id, new DecisionAnswer([.. Exactly(question, paths)], DeferTo: null));

    public OrderOutcome Command(ScriptedController controller, KeptHost host, PathOrder order, bool validateOnly = false)
    {
        if (Desk.Hear(controller))
            NoteChanged();
        var command = new ControllerCommand(1, "", "", SimulatedKernel.Token, ConnectionId: 0, validateOnly, order);
        var outcome = host.Keeper.Command(Desk.RequirePrimary(controller), command);
        Settle();
        return outcome;
    }

    public void Settle() => All.ForEach(host => host.Settle());

    public void Pass(TimeSpan time)
    {
        _time.Advance(time);
        All.ForEach(host => host.Pass(time));
    }

    /// <summary>Moves the time of day by some years.</summary>
    public void Jump(int years)
    {
        _time.Jump(years);
        All.ForEach(host => host.Time.Jump(years));
    }

    public static PathOrder.Create Create(string local, IPEndPoint remote)
        => new(new IPEndPoint(IPAddress.Parse(local), 0), remote, LocalId: 0, InterfaceIndex: 0, Backup: false);

    public static string PathOf(string local, IPEndPoint remote) => $"{local} {remote}";

    /// <summary>What makes of what a question shows exactly these paths.</summary>
    public static IEnumerable<PathOrder> Exactly(DecisionQuestion question, IEnumerable<(string Local, IPEndPoint Remote)> paths)
    {
        var missing = paths.Select(path => (Local: IPAddress.Parse(path.Local), path.Remote)).ToList();
        var present = question.Connection.Subflows.Where(subflow => subflow is
        {
            Initial: false, State: SubflowState.Requested or SubflowState.Connecting or SubflowState.Established
        });
        ImmutableArray<PathOrder> ended = [.. present
            .Where(subflow => !missing.Remove((subflow.Local.Address, subflow.Remote)))
            .Select(subflow => new PathOrder.Destroy(new SubflowAddresses(subflow.Local, subflow.Remote)))];
        return ended.Concat(missing.Select(path => Create($"{path.Local}", path.Remote)));
    }

    private void NoteChanged() => All.ForEach(host => host.Keeper.NoteControllersChanged());
}
