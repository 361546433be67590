using System.Net;
using Mptcp.ControlPlane.Server.Policies.Enforcement;
using Mptcp.ControlPlane.Server.Policies.Model;
using Mptcp.ControlPlane.Server.Policies.Revisions;
using Mptcp.ControlPlane.Server.Sessions.Deciding;
using Mptcp.ControlPlane.Server.Sessions.Orders;
using Mptcp.ControlPlane.Server.State;
using Mptcp.ControlPlane.Server.Tests.Policies.Enforcement;
using Mptcp.Native.Interop;
using Mptcp.Native.PathManagement;

namespace Mptcp.ControlPlane.Server.Tests.Sessions.Deciding;

/// <summary>Has one thing after the other happen to two hosts and their controllers, and says what their connections must have then.</summary>
internal sealed class DelegationSchedule
{
    private const int MostRounds = 100;
    private static readonly string[] Locals = [DelegatedHosts.A, DelegatedHosts.B, DelegatedHosts.C];
    private static readonly TimeSpan Long = TimeSpan.FromHours(1);

    private readonly DelegatedHosts _hosts;
    private readonly PathStrategy _fallback;
    private readonly List<ScriptedController> _controllers = [];
    private readonly Dictionary<(ScriptedController Controller, ulong Question), PathStrategy?> _answers = [];

    // Whose answer was accepted last of each connection, by the name of its host, and the strategy that it left it to.
    private readonly Dictionary<string, (ScriptedController Controller, PathStrategy? DeferredTo)> _decided = [];
    private readonly HashSet<string> _failing = [];
    private bool _isScopeNarrow;

    public DelegationSchedule(PathStrategy fallback)
    {
        (_hosts, _fallback) = (new DelegatedHosts(count: 2, fallback), fallback);
        foreach (var host in _hosts.All)
            host.Kernel.Outcome = key => _failing.Contains($"{key.Local}") ? new Errno(111) : null;
        Comes();
        _hosts.Open();
    }

    private ScriptedController? Primary => _hosts.Seat?.Controller as ScriptedController;

    public void Happen(Happening happening)
    {
        var (kind, first, second) = happening;
        var host = _hosts.All[first];
        var index = 1 + (second % 2);
        switch (kind)
        {
            case HappeningKind.Begins when !HasBegun(host): Begin(host, isAnsweredAhead: second > 1); break;
            case HappeningKind.AddressUp: host.SetInterface(2 + index, $"eth{index}", hasCarrier: true, Locals[index]); break;
            case HappeningKind.AddressDown: host.RemoveInterface(2 + index); break;
            case HappeningKind.PeerAnnounces when HasBegun(host): host.Kernel.PeerAnnounces(1, DelegatedHosts.Second); break;
            case HappeningKind.PeerWithdraws when HasBegun(host): host.Kernel.PeerWithdraws(1, DelegatedHosts.Second); break;
            case HappeningKind.SubflowEnds when host.Kernel.Subflows.Count > index: host.Kernel.End(host.Kernel.Subflows[index], new Errno(104)); break;
            case HappeningKind.AttemptsFail: _failing.Add(Locals[second % 3]); break;
            case HappeningKind.AnswersInTime: AnswerOne(first); break;
            case HappeningKind.AnswersPartlyWrong: AnswerOne(first, isPartlyWrong: true); break;
            case HappeningKind.Defers: AnswerOne(first, deferTo: second > 1 ? PathStrategy.FullMesh : PathStrategy.None); break;
            case HappeningKind.AnswersUnasked when _controllers.Count > 0: SayAnything(_controllers[second % _controllers.Count]); break;
            case HappeningKind.AnswersLate when Primary is { Missed: [.., var missed] } late: _hosts.Answer(late, missed, WantedOf(late, HostOf(missed))); break;
            case HappeningKind.Commands: Command(host); break;
            case HappeningKind.TimePasses: _hosts.Pass(DelegatedHosts.Deadline * (1 + second) / 5); break;
            case HappeningKind.DeadlinePasses: _hosts.Pass(DelegatedHosts.Deadline); break;
            case HappeningKind.ControllerGoes: _hosts.Sit(null); break;
            case HappeningKind.AnotherComes: Comes(); break;
            case HappeningKind.SameComesBack: ComesBack(_controllers[second % _controllers.Count]); break;
            case HappeningKind.MayBegin: _hosts.Open(); break;
            case HappeningKind.ScopeChanges: SetScope(isNarrow: !_isScopeNarrow); break;
            case HappeningKind.PoliciesChange when second == 3: _hosts.Apply(); break;
            case HappeningKind.PoliciesChange when second == 2: _hosts.Apply(PolicyEnforcement.Monitor); break;
            case HappeningKind.PoliciesChange: _hosts.All.ForEach(one => one.ApplyNone()); break;
            case HappeningKind.Rests: Rest(isAwake: second > 1); break;
        }

        _hosts.Settle();
    }

    /// <summary>Lets no more happen, until all is as it is to be, and checks that it is.</summary>
    /// <param name="isAwake">Whether the primary answers.</param>
    public void Rest(bool isAwake)
    {
        _failing.Clear();
        _hosts.Apply();
        _hosts.Open();
        _hosts.Settle();
        // What failed is tried again after some time, which may bring up the next question.
        for (var rests = 0; rests < 3; rests++)
        {
            if (isAwake && Primary is { } primary)
                AnswerAll(primary);
            _hosts.Pass(Long);
        }

        if (isAwake && Primary is { } last)
            AnswerAll(last);
        _hosts.All.Where(HasBegun).ToList().ForEach(host => Check(host, isAwake));
    }

    private static bool HasBegun(KeptHost host) => host.Kernel.Subflows.Count > 0;

    private static bool IsFallenBack(KeptHost host)
    {
        var counts = new DelegationCounts();
        host.Keeper.CountDelegated(counts);
        return counts.FallenBackFrom(DelegatedHosts.RoleName) == 1;
    }

    private void Check(KeptHost host, bool isAwake)
    {
        var name = NameOf(host);
        var fallenBack = IsFallenBack(host);
        if (Primary is null || _isScopeNarrow)
            Assert.True(fallenBack, $"{name}: nobody is there, and the fallback does not decide");
        else if (isAwake)
            Assert.False(fallenBack, $"{name}: the controller is there, and does not decide");

        IEnumerable<string> wanted;
        if (fallenBack)
        {
            wanted = PathsOf(_fallback, host);
        }
        else
        {
            Assert.True(_decided.TryGetValue(name, out var decided), $"{name}: nobody has decided, and the fallback does not");
            Assert.Same(Primary, decided.Controller);
            wanted = decided.DeferredTo is { } strategy
                ? PathsOf(strategy, host)
                : WantedOf(decided.Controller, host).Select(path => DelegatedHosts.PathOf(path.Local, path.Remote));
        }

        string[] expected = [.. wanted.Order()];
        // What runs to an address that the peer took back is the peer's to end.
        var remotes = RemotesOf(host.Connection).Select(remote => $" {remote}").ToList();
        Assert.Equal(expected, host.Joined().Where(path => remotes.Exists(remote => path.EndsWith(remote, StringComparison.Ordinal))));
        Assert.Equal(expected, host.Kernel.Subflows.Where(subflow => !subflow.IsInitial && RemotesOf(host.Connection).Contains(subflow.Remote))
            .Select(subflow => DelegatedHosts.PathOf($"{subflow.Local.Address}", subflow.Remote)).Order());
    }

    private static IEnumerable<string> PathsOf(PathStrategy strategy, KeptHost host)
    {
        var initial = DelegatedHosts.PathOf(DelegatedHosts.A, DelegatedHosts.Remote);
        return strategy switch
        {
            PathStrategy.Ndiffports => [initial, initial],
            PathStrategy.FullMesh => UsableOf(host)
                .SelectMany(local => RemotesOf(host.Connection).Select(remote => DelegatedHosts.PathOf(local, remote))).Where(path => path != initial),
            _ => [],
        };
    }

    // No two strategies want the same where all addresses are there.
    private static IEnumerable<(string Local, IPEndPoint Remote)> WantedOf(ScriptedController controller, KeptHost host)
    {
        IEnumerable<(string Local, IPEndPoint Remote)> paths = (controller.Taste % 4) switch
        {
            0 => [(DelegatedHosts.B, DelegatedHosts.Remote)],
            1 => [(DelegatedHosts.B, DelegatedHosts.Remote), (DelegatedHosts.C, DelegatedHosts.Remote)],
            2 => [(DelegatedHosts.B, DelegatedHosts.Second), (DelegatedHosts.C, DelegatedHosts.Remote), (DelegatedHosts.A, DelegatedHosts.Remote)],
            _ => [],
        };
        return paths.Where(path => UsableOf(host).Contains(path.Local) && RemotesOf(host.Connection).Contains(path.Remote));
    }

    private static IEnumerable<string> UsableOf(KeptHost host) => Locals.Where(local => host.Has(IPAddress.Parse(local)));

    private static IEnumerable<IPEndPoint> RemotesOf(Connection connection)
        => connection.RemoteAddresses.Any(address => DelegatedHosts.Second.Equals(address.Address)) ? [DelegatedHosts.Remote, DelegatedHosts.Second] : [DelegatedHosts.Remote];

    private string NameOf(KeptHost host) => $"host {_hosts.All.IndexOf(host)}";

    private KeptHost HostOf(DecisionQuestion question) => _hosts.All.Single(host => NameOf(host) == question.Connection.Namespace);

    private void Begin(KeptHost host, bool isAnsweredAhead)
    {
        DelegatedHosts.Begin(host);
        if (isAnsweredAhead && Primary?.Open.Find(open => HostOf(open) == host) is { } question)
            Answer(Primary, question);
    }

    private void Comes()
    {
        var next = new ScriptedController((ulong)_controllers.Count + 1);
        next.Told = outcome =>
        {
            if (outcome.Refusal is null)
                _decided[outcome.Namespace] = (next, _answers[(next, outcome.Id)]);
        };
        _controllers.Add(next);
        _hosts.Sit(next);
    }

    private void ComesBack(ScriptedController controller)
    {
        // A session that is primary is not seated again.
        if (Primary == controller)
            return;
        _hosts.Sit(controller);
        _hosts.Open();
    }

    private void SetScope(bool isNarrow)
    {
        _isScopeNarrow = isNarrow;
        _hosts.SetScope(isNarrow ? new PolicyMatch { ServerSide = true } : PolicyMatch.All);
    }

    private void AnswerAll(ScriptedController primary)
    {
        if (_hosts.Seat is { IsResponsive: false })
            SayAnything(primary);
        for (var round = 0; primary.Open.Count > 0; round++)
        {
            Assert.True(round < MostRounds, "there is no end of questions");
            Answer(primary, primary.Open[0]);
        }
    }

    private void AnswerOne(int which, PathStrategy? deferTo = null, bool isPartlyWrong = false)
    {
        if (Primary is { Open: { Count: > 0 } open } primary)
            Answer(primary, open[which % open.Count], deferTo, isPartlyWrong);
    }

    private void Answer(ScriptedController primary, DecisionQuestion question, PathStrategy? deferTo = null, bool isPartlyWrong = false)
    {
        _answers[(primary, question.Id)] = deferTo;
        IEnumerable<PathOrder> orders = deferTo is null ? DelegatedHosts.Exactly(question, WantedOf(primary, HostOf(question))) : [];
        if (isPartlyWrong)
        {
            orders = [
                new PathOrder.Destroy(new SubflowAddresses(IPEndPoint.Parse($"{DelegatedHosts.B}:1"), DelegatedHosts.Remote)),
                .. orders,
                new PathOrder.Withdraw(250), new PathOrder.Refused(new ArgumentException("no order")),
            ];
        }

        _hosts.Answer(primary, question.Id, new DecisionAnswer([.. orders], deferTo));
    }

    private void SayAnything(ScriptedController controller) => _hosts.Answer(controller, question: 1_000_000, new DecisionAnswer([], DeferTo: null));

    // One of the paths that it wants anyway.
    private void Command(KeptHost host)
    {
        if (!HasBegun(host) || _hosts.Seat is not { IsOpen: true, Controller: ScriptedController primary } || primary.Open.Exists(open => HostOf(open) == host)
            || !IsFallenBack(host))
        {
            return;
        }

        var missing = WantedOf(primary, host)
            .Where(path => !host.Kernel.Subflows.Exists(subflow => $"{subflow.Local.Address}" == path.Local && subflow.Remote.Equals(path.Remote)));
        foreach (var (local, remote) in missing.Take(1))
            _hosts.Command(primary, host, DelegatedHosts.Create(local, remote));
    }
}
