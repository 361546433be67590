using System.Net;
using CsCheck;
using Mptcp.ControlPlane.Server.Policies.Model;
using Mptcp.ControlPlane.Server.Policies.Reconciliation;
using Mptcp.Native.Interop;

namespace Mptcp.ControlPlane.Server.Tests.Policies.Enforcement;

/// <summary>What holds whatever happens: to the host's addresses, the peer, the kernel, and the policy.</summary>
public class PathKeeperProperties
{
    private static readonly IPEndPoint[] Remotes =
        [IPEndPoint.Parse("198.18.1.2:443"), IPEndPoint.Parse("198.18.2.2:443"), IPEndPoint.Parse("[2001:db8::2]:443"), IPEndPoint.Parse("198.18.3.2:8443")];

    private static readonly string[] Names = ["eth0", "eth1", "wlan0", "wwan0"];

    private static readonly Gen<PathPolicy> Policies =
        from strategy in OneOf(PathStrategy.None, PathStrategy.FullMesh, PathStrategy.Ndiffports, PathStrategy.PerInterface)
        from ports in Gen.Int[1, 3]
        from most in Gen.Int[0, 6]
        from denied in OneOf("", "eth1", "w*")
        from remotes in OneOf(RemoteChoice.Initial, RemoteChoice.Announced, RemoteChoice.Both)
        from allowId0 in Gen.Bool
        from backup in OneOf<BackupRule?>(
            null, new BackupRule(["wwan*"]), new BackupRule(["w*"]) { Standby = BackupStandby.Cold },
            new BackupRule(["w*"]) { Standby = BackupStandby.Cold, ActiveWhen = BackupTrigger.AnyLost, After = TimeSpan.FromSeconds(3) })
        from attempts in OneOf(0, 2)
        from announce in OneOf("", "eth1")
        select new PathPolicy("generated")
        {
            Strategy = strategy,
            Ndiffports = ports,
            MaxSubflows = most,
            Interfaces = new NamePatterns([], denied.Length == 0 ? [] : [denied]),
            Remotes = remotes,
            AllowId0 = allowId0,
            Backup = backup,
            Retry = new RetryRule { Attempts = attempts },
            Announce = announce.Length == 0 ? [] : [new Announcement { Interfaces = [announce] }],
        };

    private static readonly Gen<Happening> Happenings = Gen.Select(Gen.Int[0, 10], Gen.Int[0, 3], Gen.Int[0, 3], Policies)
        .Select(drawn => new Happening(drawn.Item1, drawn.Item2, drawn.Item3, drawn.Item4));

    [Fact]
    public void Every_connection_comes_to_rest_within_its_limits_as_its_policy_wants_it()
        => Gen.Select(Gen.Bool, Policies, Happenings.Array[1, 25]).Sample((serverSide, policy, happenings) =>
        {
            var kernel = new SimulatedKernel
            {
                Local = serverSide ? Remotes[0] : IPEndPoint.Parse("198.18.1.1:40000"),
                Remote = serverSide ? IPEndPoint.Parse("198.18.1.1:40000") : Remotes[0],
                ServerSide = serverSide,
            };
            var host = new KeptHost(kernel);
            foreach (var index in Enumerable.Range(0, Names.Length))
                host.SetInterface(index + 2, Names[index], hasCarrier: true, AddressesOf(index, serverSide));
            kernel.Connect();
            host.Apply(policy);
            Check(host, policy);
            foreach (var happening in happenings)
            {
                policy = Happen(host, happening, policy, serverSide);
                Check(host, policy);
            }

            // When nothing fails any more, nothing stays undone but what was given up.
            (kernel.Outcome, kernel.IsRefused) = (static _ => null, static _ => false);
            host.Pass(TimeSpan.FromHours(1));
            host.Pass(TimeSpan.FromHours(1));
            Check(host, policy);
            CheckComplete(host);
        }, iter: 2_000, print: drawn => $"server side {drawn.Item1}, {Print(drawn.Item2)}, then {string.Join("; ", drawn.Item3.Select(one => $"{one.Kind} {one.First} {one.Second} {(one.Kind == 10 ? Print(one.Policy) : "")}"))}");

    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);

    private static PathPolicy Happen(KeptHost host, Happening happening, PathPolicy policy, bool serverSide)
    {
        var (kind, first, second, next) = happening;
        var remote = Remotes[1 + (second % 3)];
        switch (kind)
        {
            case 0: host.RemoveInterface(first + 2); break;
            case 1: host.SetInterface(first + 2, Names[first], hasCarrier: true, AddressesOf(first, serverSide)); break;
            case 2: host.SetInterface(first + 2, Names[first], hasCarrier: false, AddressesOf(first, serverSide)); break;
            case 3: host.SetInterface(first + 2, Names[first], hasCarrier: true, AddressesOf(first, serverSide).Select(text => text + (second == 0 ? "!" : "?"))); break;
            case 4: host.Kernel.PeerAnnounces((byte)(1 + second), remote); break;
            case 5: host.Kernel.PeerWithdraws((byte)(1 + second), remote); break;
            case 6: host.Kernel.Outcome = key => key.Remote.Equals(Remotes[second]) ? new Errno(111) : null; break;
            case 7: host.Kernel.IsRefused = key => key.Local.ToString() == AddressesOf(first, serverSide)[0]; break;
            case 8 when host.Kernel.Subflows.Count > first: host.Kernel.End(host.Kernel.Subflows[first], new Errno(104)); break;
            case 9 when host.Kernel.Subflows.Count > first: host.Kernel.PeerSetsBackup(host.Kernel.Subflows[first], second > 1); break;
            case 10:
                host.Apply(next);
                return next;
            default: host.Pass(TimeSpan.FromSeconds(1 + second)); break;
        }

        return policy;
    }

    private static void Check(KeptHost host, PathPolicy policy)
    {
        var before = host.Kernel.Commands;
        host.Settle();
        var subflows = host.Kernel.Subflows;

        // The last one stays though it is not wanted, and where their address is lost all do, until another carries data.
        var present = subflows.Where(subflow => host.Has(subflow.Local.Address)).ToList();
        Assert.True(
            present.Count(subflow => !subflow.IsInitial) <= policy.MaxSubflows || present.Count(subflow => host.Carries(subflow.Local.Address)) == 1,
            "there are more subflows than the policy allows");
        var most = policy.Strategy == PathStrategy.Ndiffports ? policy.Ndiffports + 1 : 1;
        foreach (var pair in present.GroupBy(subflow => subflow.Key))
            Assert.True(pair.Count() <= most, $"{pair.Count()} subflows from {pair.Key.Local} to {pair.Key.Remote}");
        foreach (var local in subflows.Where(subflow => !subflow.IsInitial).GroupBy(subflow => subflow.LocalId))
            Assert.Single(local.Select(subflow => subflow.Local.Address).Distinct());

        // What is known is what is, and nothing is done when nothing changed.
        Assert.Equal(
            subflows.Select(subflow => $"{subflow.Local} {subflow.Remote} {subflow.Backup}").Order(),
            host.Connection.Subflows.Select(subflow => $"{subflow.Local} {subflow.Remote} {subflow.LocalBackup}").Order());
        before = host.Kernel.Commands;
        host.Settle();
        Assert.Equal(before, host.Kernel.Commands);
        Assert.All(host.Explain().Paths, path => Assert.Equal(PathStepKind.None, path.Step));
        Assert.All(host.Explain().Announcements, announcement => Assert.Equal(PathStepKind.None, announcement.Step));
    }

    private static void CheckComplete(KeptHost host) => Assert.All(host.Explain().Paths, path => Assert.True(
        !path.Wanted || path.Standing == PathStanding.Established || path.Reason.Length > 0,
        $"nothing says why {path.Local} {path.Remote} is {path.Standing}"));

    private static string[] AddressesOf(int index, bool serverSide)
        => [$"198.18.{index + 1}.{(serverSide ? 2 : 1)}", $"2001:db8:{index}::{(serverSide ? 2 : 1)}"];

    private static string Print(PathPolicy policy)
        => $"{policy.Strategy} {policy.Ndiffports} max {policy.MaxSubflows} deny {string.Join(',', policy.Interfaces.Deny)} {policy.Remotes} id0 {policy.AllowId0} backup {policy.Backup} attempts {policy.Retry.Attempts} announce {policy.Announce.Length}";

    internal readonly record struct Happening(int Kind, int First, int Second, PathPolicy Policy);
}
