using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Mptcp.ControlPlane.Server.Policies.ByHand;
using Mptcp.ControlPlane.Server.Policies.Model;
using Mptcp.ControlPlane.Server.Policies.Reconciliation;
using Mptcp.ControlPlane.Server.Policies.Revisions;
using Mptcp.ControlPlane.Server.Tests.Support;
using Mptcp.Native.Interop;

namespace Mptcp.ControlPlane.Server.Tests.Policies.Enforcement;

/// <summary>What each strategy makes of a connection, and what comes of each thing that can happen to it.</summary>
public class PathKeeperTests
{
    private const string A = "198.18.1.1", B = "198.18.2.1", C = "198.18.3.1";
    private static readonly IPEndPoint Remote = IPEndPoint.Parse("198.18.1.2:443");
    private static readonly IPEndPoint Second = IPEndPoint.Parse("198.18.2.2:443");
    private static readonly PathPolicy Mesh = new("mesh");

    private static KeptHost Client(Action<SimulatedKernel>? prepare = null, bool deny = false, params string[] more)
    {
        var kernel = new SimulatedKernel { Local = IPEndPoint.Parse($"{A}:40000"), Remote = Remote };
        prepare?.Invoke(kernel);
        var host = new KeptHost(kernel);
        host.SetInterface(2, "eth0", hasCarrier: true, A);
        foreach (var (index, address) in (more.Length == 0 ? [B] : more).Index())
            host.SetInterface(3 + index, $"eth{index + 1}", hasCarrier: true, address);
        kernel.Connect(deny);
        host.Settle();
        return host;
    }

    private static KeptHost Server()
    {
        var kernel = new SimulatedKernel { Local = Remote, Remote = IPEndPoint.Parse($"{A}:40000"), ServerSide = true };
        var host = new KeptHost(kernel);
        host.SetInterface(2, "eth0", hasCarrier: true, "198.18.1.2");
        host.SetInterface(3, "eth1", hasCarrier: true, "198.18.2.2");
        kernel.Connect();
        host.Settle();
        return host;
    }

    [Fact]
    public void A_full_mesh_joins_every_address_to_every_other()
    {
        var host = Client();
        host.Kernel.PeerAnnounces(1, Second);
        host.Apply(Mesh);
        host.Settle();
        Assert.Equal([$"{A} {Second}", $"{B} {Remote}", $"{B} {Second}"], host.Joined());
        Assert.All(host.Explain().Paths, path => Assert.Equal((PathStanding.Established, PathStepKind.None), (path.Standing, path.Step)));
    }

    [Theory]
    [InlineData(RemoteChoice.Initial, true, false, new[] { $"{B} 198.18.1.2:443" })]
    [InlineData(RemoteChoice.Announced, true, false, new[] { $"{A} 198.18.2.2:443", $"{B} 198.18.2.2:443" })]
    [InlineData(RemoteChoice.Both, false, false, new[] { $"{A} 198.18.2.2:443", $"{B} 198.18.2.2:443" })]
    [InlineData(RemoteChoice.Both, true, true, new[] { $"{A} 198.18.2.2:443", $"{B} 198.18.2.2:443" })]
    internal void Only_those_of_the_peer_s_addresses_are_joined_that_may_be(RemoteChoice remotes, bool allowId0, bool denied, string[] joined)
    {
        var host = Client(deny: denied);
        host.Kernel.PeerAnnounces(1, Second);
        host.Apply(Mesh with { Remotes = remotes, AllowId0 = allowId0 });
        host.Settle();
        Assert.Equal(joined, host.Joined());
    }

    [Fact]
    public void Ndiffports_makes_several_subflows_of_one_pair_of_addresses()
    {
        var host = Client();
        host.Apply(new PathPolicy("ports") { Strategy = PathStrategy.Ndiffports, Ndiffports = 3 });
        host.Settle();
        Assert.Equal(Enumerable.Repeat($"{A} {Remote}", 3), host.Joined());
        host.Apply(new PathPolicy("ports") { Strategy = PathStrategy.Ndiffports, Ndiffports = 1 });
        host.Settle();
        Assert.Equal([$"{A} {Remote}"], host.Joined());
    }

    [Fact]
    public void Per_interface_makes_one_subflow_of_each()
    {
        var host = Client(more: [B, C]);
        host.SetInterface(3, "eth1", hasCarrier: true, B, "198.18.2.101");
        host.Kernel.PeerAnnounces(1, Second);
        host.Apply(new PathPolicy("each") { Strategy = PathStrategy.PerInterface });
        host.Settle();
        Assert.Equal([$"{B} {Remote}", $"{C} {Remote}"], host.Joined());
    }

    [Fact]
    public void Per_interface_tries_another_address_where_one_fails()
    {
        var host = Client(kernel => kernel.Outcome = key => key.Remote.Equals(Remote) ? new Errno(111) : null);
        host.Kernel.PeerAnnounces(1, Second);
        host.Apply(new PathPolicy("each") { Strategy = PathStrategy.PerInterface });
        host.Settle();
        Assert.Equal([$"{B} {Second}"], host.Joined());
    }

    [Fact]
    public void No_strategy_makes_none_and_leaves_those_of_others()
    {
        var host = Client();
        host.Kernel.PeerJoins(IPAddress.Parse(B), Second.Address);
        host.Apply(new PathPolicy("none") { Strategy = PathStrategy.None });
        host.Settle();
        Assert.Equal(0, host.Kernel.Commands);
        Assert.Single(host.Joined());
    }

    [Fact]
    public void A_new_address_is_joined_and_one_that_is_lost_is_withdrawn()
    {
        var host = Client();
        host.Apply(Mesh);
        host.Settle();
        host.SetInterface(4, "eth2", hasCarrier: true, C);
        host.Settle();
        Assert.Equal([$"{B} {Remote}", $"{C} {Remote}"], host.Joined());
        host.RemoveInterface(3);
        host.Settle();
        Assert.Equal([$"{C} {Remote}"], host.Joined());
        Assert.Equal(2, host.Kernel.Subflows.Count);
    }

    [Fact]
    public void The_address_that_the_connection_began_with_can_be_lost_like_any_other()
    {
        var host = Client();
        host.Apply(Mesh);
        host.Settle();
        host.RemoveInterface(2);
        host.Settle();
        Assert.Equal([$"{B} {Remote}"], host.Joined());
        Assert.Single(host.Kernel.Subflows);
        host.SetInterface(2, "eth0", hasCarrier: true, A);
        host.Settle();
        Assert.Equal([$"{A} {Remote}", $"{B} {Remote}"], host.Joined());
    }

    [Fact]
    public void The_last_subflow_stays_until_another_carries_data()
    {
        var host = Client(more: []);
        host.RemoveInterface(3);
        host.Apply(Mesh);
        host.Settle();
        host.RemoveInterface(2);
        host.Settle();
        Assert.Single(host.Kernel.Subflows);
        Assert.Contains("ended when another subflow carries data", host.Explain().Paths.Single().Reason, StringComparison.Ordinal);
        host.SetInterface(4, "eth2", hasCarrier: true, C);
        host.Settle();
        Assert.Equal([$"{C} {Remote}"], host.Joined());
        Assert.Single(host.Kernel.Subflows);
    }

    [Fact]
    public void An_address_that_the_host_never_had_is_the_application_s_own_affair()
    {
        var kernel = new SimulatedKernel { Local = IPEndPoint.Parse("198.19.0.1:40000"), Remote = Remote };
        var host = new KeptHost(kernel);
        host.SetInterface(2, "eth0", hasCarrier: true, A);
        host.Apply(Mesh);
        kernel.Connect();
        host.Settle();
        Assert.Equal([$"{A} {Remote}"], host.Joined());
        Assert.Equal(2, kernel.Subflows.Count);
    }

    [Theory]
    [InlineData($"{B}?", true, "checked")]
    [InlineData($"{B}!", true, "deprecated")]
    [InlineData(B, false, "no carrier")]
    public void What_cannot_be_used_yet_is_waited_for(string address, bool hasCarrier, string reason)
    {
        var host = Client();
        host.SetInterface(3, "eth1", hasCarrier, address);
        host.Apply(Mesh);
        host.Settle();
        Assert.Empty(host.Joined());
        var missing = host.Explain().Paths.Single(path => path.Standing == PathStanding.Missing);
        Assert.Contains(reason, missing.Reason, StringComparison.Ordinal);
        host.SetInterface(3, "eth1", hasCarrier: true, B);
        host.Settle();
        Assert.Equal([$"{B} {Remote}"], host.Joined());
    }

    [Fact]
    public void A_subflow_on_a_link_that_loses_its_carrier_is_kept()
    {
        var host = Client();
        host.Apply(Mesh);
        host.Settle();
        host.SetInterface(3, "eth1", hasCarrier: false, B);
        host.Settle();
        Assert.Equal([$"{B} {Remote}"], host.Joined());
    }

    [Theory]
    [MemberData(nameof(JumpingClock.Years), MemberType = typeof(JumpingClock))]
    public void What_fails_is_tried_again_later_and_later_whatever_becomes_of_the_clock(int years)
    {
        var host = Client(kernel => kernel.Outcome = _ => new Errno(111));
        host.Apply(Mesh with { Retry = new RetryRule { Jitter = 0 } });
        host.Settle();
        var missing = host.Explain().Paths.Single(path => path.Standing == PathStanding.Missing);
        Assert.Equal((1, host.Time.GetUtcNow() + TimeSpan.FromSeconds(1)), (missing.Failures, missing.RetryTime!.Value));
        Assert.Contains("ECONNREFUSED", missing.Reason, StringComparison.Ordinal);
        var tries = new List<double>();
        for (var second = 1; second <= 20; second++)
        {
            var before = host.Kernel.Creations;
            host.Time.Jump(second % 2 == 0 ? years : -years);
            host.Pass(TimeSpan.FromSeconds(1));
            if (host.Kernel.Creations > before)
                tries.Add(second);
        }

        Assert.Equal([1, 3, 7, 15], tries);
        // It is told by the clock as that is now: 16 s after the last try, of which five have passed.
        host.Time.Jump(years);
        var waiting = host.Explain().Paths.Single(path => path.Standing == PathStanding.Missing);
        Assert.Equal(host.Time.GetUtcNow() + TimeSpan.FromSeconds(11), waiting.RetryTime!.Value);
        host.Kernel.Outcome = static _ => null;
        host.Pass(TimeSpan.FromSeconds(20));
        Assert.Equal([$"{B} {Remote}"], host.Joined());
    }

    [Fact]
    public void What_the_kernel_refuses_is_tried_again_as_well()
    {
        var host = Client(kernel => kernel.IsRefused = _ => true);
        host.Apply(Mesh);
        host.Settle();
        Assert.Contains("EADDRNOTAVAIL", host.Explain().Paths.Single(path => path.Standing == PathStanding.Missing).Reason, StringComparison.Ordinal);
        host.Kernel.IsRefused = static _ => false;
        host.Pass(TimeSpan.FromSeconds(2));
        Assert.Equal([$"{B} {Remote}"], host.Joined());
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(3, false)]
    public void What_fails_for_good_is_given_up_until_its_address_comes_again(int attempts, bool final)
    {
        var host = Client(kernel => kernel.Outcome = _ => new Errno(111));
        host.Apply(Mesh with { Retry = new RetryRule { Attempts = attempts, FinalErrors = final ? [new Errno(111)] : [] } });
        host.Settle();
        host.Pass(TimeSpan.FromSeconds(2));
        host.Pass(TimeSpan.FromSeconds(4));
        host.Pass(TimeSpan.FromHours(1));
        Assert.Equal(final ? 1 : 3, host.Kernel.Creations);
        Assert.Contains("given up", host.Explain().Paths.Single(path => path.Standing == PathStanding.Missing).Reason, StringComparison.Ordinal);
        host.Kernel.Outcome = static _ => null;
        host.SetInterface(3, "eth1", hasCarrier: false, B);
        host.Settle();
        host.SetInterface(3, "eth1", hasCarrier: true, B);
        host.Settle();
        Assert.Equal([$"{B} {Remote}"], host.Joined());
    }

    [Fact]
    public void The_peer_s_withdrawal_ends_a_path_and_its_announcement_begins_it_again()
    {
        var host = Client();
        host.Apply(Mesh);
        host.Kernel.PeerAnnounces(1, Second);
        host.Settle();
        Assert.Equal(3, host.Joined().Count());
        host.Kernel.PeerWithdraws(1, Second);
        host.Settle();
        Assert.Equal([$"{B} {Remote}"], host.Joined());
        host.Kernel.PeerAnnounces(1, Second);
        host.Settle();
        Assert.Equal(3, host.Joined().Count());
    }

    [Fact]
    public void No_more_subflows_are_made_than_the_policy_allows_and_too_many_are_ended()
    {
        var host = Client(more: [B, C]);
        host.Kernel.PeerAnnounces(1, Second);
        host.Apply(Mesh with { MaxSubflows = 3 });
        host.Settle();
        Assert.Equal(3, host.Joined().Count());
        host.Apply(Mesh with { MaxSubflows = 1 });
        host.Settle();
        Assert.Equal([$"{B} {Remote}"], host.Joined());
        Assert.Contains("allows 1", host.Explain().Paths.First(path => path.Standing == PathStanding.Missing).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_policy_ends_what_it_does_not_want()
    {
        var host = Client(more: [B, C]);
        host.Apply(Mesh);
        host.Settle();
        host.Apply(Mesh with { Interfaces = new NamePatterns([], ["eth1"]) });
        host.Settle();
        Assert.Equal([$"{C} {Remote}"], host.Joined());
        host.Apply(Mesh with { Strategy = PathStrategy.None });
        host.Settle();
        Assert.Empty(host.Joined());
    }

    [Fact]
    public void To_monitor_is_to_say_what_would_be_done()
    {
        var host = Client();
        host.Apply(Mesh, PolicyEnforcement.Monitor);
        host.Settle();
        Assert.Equal(0, host.Kernel.Commands);
        Assert.Equal(PathStepKind.Create, host.Explain().Paths.Single(path => path.Standing == PathStanding.Missing).Step);
    }

    [Fact]
    public void What_was_ended_by_hand_stays_ended_and_what_was_made_by_hand_stays()
    {
        var host = Client(more: [B, C]);
        host.Apply(Mesh with { Interfaces = new NamePatterns([], ["eth2"]) });
        host.Settle();
        var ended = host.Connection.Subflows.Single(subflow => subflow.Local.Address.ToString() == B);
        host.Keeper.NoteByHand(SimulatedKernel.Token, [new HandNote(HandNoteKind.Ended, ended.Local, ended.Remote)]);
        host.Kernel.End(host.Kernel.Subflows.Single(subflow => subflow.Local.Equals(ended.Local)), null);
        host.Kernel.PeerJoins(IPAddress.Parse(C), Remote.Address);
        host.Pass(TimeSpan.FromHours(1));
        Assert.Single(host.Joined());
        Assert.Contains("by hand", host.Explain().Paths.Single(path => path.Standing == PathStanding.Missing).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_backup_is_one_until_nothing_else_carries_data()
    {
        var host = Client();
        host.Apply(Mesh with { Backup = new BackupRule(["eth1"]) });
        host.Settle();
        Assert.True(host.Kernel.Subflows[1].Backup);
        host.Kernel.PeerSetsBackup(host.Kernel.Subflows[0], backup: true);
        host.Settle();
        Assert.False(host.Kernel.Subflows[1].Backup);
        host.Kernel.PeerSetsBackup(host.Kernel.Subflows[0], backup: false);
        host.Settle();
        Assert.True(host.Kernel.Subflows[1].Backup);
    }

    [Fact]
    public void A_cold_backup_is_made_after_its_time_and_ended_when_it_is_not_needed_any_more()
    {
        var host = Client();
        host.Apply(Mesh with
        {
            Backup = new BackupRule(["eth1"]) { Standby = BackupStandby.Cold, ActiveWhen = BackupTrigger.AnyLost, After = TimeSpan.FromSeconds(5) },
        });
        host.Settle();
        Assert.Empty(host.Joined());
        Assert.DoesNotContain(host.Explain().Paths, path => path.Wanted && path.Standing == PathStanding.Missing);
        host.SetInterface(2, "eth0", hasCarrier: false, A);
        host.Settle();
        host.Pass(TimeSpan.FromSeconds(4));
        Assert.Empty(host.Joined());
        host.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal([$"{B} {Remote}"], host.Joined());
        Assert.False(host.Kernel.Subflows[1].Backup);
        host.SetInterface(2, "eth0", hasCarrier: true, A);
        host.Settle();
        Assert.Empty(host.Joined());
    }

    [Fact]
    public void A_backup_for_what_is_lost_rests_when_its_interface_has_another_address()
    {
        var host = Client(more: [B, C]);
        host.Apply(Mesh with { Backup = new BackupRule(["eth2"]) { Standby = BackupStandby.Cold, ActiveWhen = BackupTrigger.AnyLost } });
        host.Settle();
        Assert.Equal([$"{B} {Remote}"], host.Joined());
        host.RemoveInterface(3);
        host.Settle();
        Assert.Equal([$"{C} {Remote}"], host.Joined());
        host.SetInterface(3, "eth1", hasCarrier: true, "198.18.2.77");
        host.Settle();
        Assert.Equal([$"198.18.2.77 {Remote}"], host.Joined());
    }

    [Fact]
    public void A_server_announces_its_other_addresses_and_makes_no_subflows_to_a_client_s_port()
    {
        var host = Server();
        host.Kernel.PeerAnnounces(1, IPEndPoint.Parse($"{B}:40000"));
        host.Apply(Mesh with { Announce = [new Announcement { Interfaces = ["eth*"], Port = 8443 }, new Announcement { Address = IPAddress.Parse("203.0.113.7"), Port = 443, Inside = IPAddress.Parse("198.18.2.2"), InsidePort = 9443 }] });
        host.Settle();
        Assert.Equal(["198.18.1.2:8443", "198.18.2.2:8443", "203.0.113.7:443"], host.Kernel.Announced.Select(place => place.ToString()).Order());
        Assert.Equal(
            ["198.18.1.2:8443", "198.18.2.2:8443", "198.18.2.2:9443"], host.Kernel.Listeners.Select(listener => listener.Place.ToString()).Order());
        Assert.Equal(0, host.Kernel.Creations);
        host.RemoveInterface(3);
        host.Settle();
        Assert.Equal(["198.18.1.2:8443", "203.0.113.7:443"], host.Kernel.Announced.Select(place => place.ToString()).Order());
        Assert.Equal(["198.18.1.2:8443", "198.18.2.2:9443"], host.Kernel.Listeners.Select(listener => listener.Place.ToString()).Order());
    }

    [Fact]
    public void After_a_restart_nothing_is_made_twice_and_what_the_policy_made_can_be_ended()
    {
        using var directory = new TemporaryDirectory();
        var host = Client();
        host.Kernel.PeerAnnounces(1, Second);
        host.Apply(Mesh);
        host.Settle();
        var commands = host.Kernel.Commands;
        var byHand = host.Connection.Subflows.Single(subflow => subflow.Local.Address.ToString() == A && subflow.Remote.Equals(Second));
        using (var journal = HandJournal.Open(directory.Path, Guid.Empty, NullLogger.Instance))
            journal.Add("test", host.Connection.Id, [new HandNote(HandNoteKind.Made, byHand.Local, byHand.Remote)]);
        using var next = HandJournal.Open(directory.Path, Guid.Empty, NullLogger.Instance);
        host.Forget(next);
        host.Apply(Mesh);
        host.Settle();
        Assert.Equal(commands, host.Kernel.Commands);
        host.Apply(Mesh with { Strategy = PathStrategy.None });
        host.Settle();
        Assert.Equal([$"{A} {Second}"], host.Joined());
    }

    [Fact]
    public void After_a_restart_nothing_is_ended_where_it_is_not_kept_what_was_made_by_hand()
    {
        var host = Client();
        host.Apply(Mesh);
        host.Settle();
        host.Forget(HandJournal.Open(null, Guid.Empty, NullLogger.Instance));
        host.Apply(Mesh with { Strategy = PathStrategy.None });
        host.Settle();
        Assert.Single(host.Joined());
    }

    [Fact]
    public void What_was_there_before_anything_was_on_record_stays()
    {
        using var directory = new TemporaryDirectory();
        var host = Client();
        host.Apply(Mesh);
        host.Settle();
        using (var fresh = HandJournal.Open(directory.Path, Guid.Empty, NullLogger.Instance))
        {
            host.Forget(fresh);
            host.Apply(Mesh with { Strategy = PathStrategy.None });
            host.Settle();
            Assert.Single(host.Joined());
        }

        using var next = HandJournal.Open(directory.Path, Guid.Empty, NullLogger.Instance);
        Assert.False(next.IsFresh);
        host.Forget(next);
        host.Apply(Mesh with { Strategy = PathStrategy.None });
        host.Settle();
        Assert.Single(host.Joined());
    }

    [Fact]
    public void What_another_program_makes_stays_also_after_a_restart()
    {
        using var directory = new TemporaryDirectory();
        using (HandJournal.Open(directory.Path, Guid.Empty, NullLogger.Instance))
        {
        }

        var host = Client();
        using (var journal = HandJournal.Open(directory.Path, Guid.Empty, NullLogger.Instance))
        {
            host.Forget(journal);
            host.Apply(Mesh with { Strategy = PathStrategy.None });
            host.Settle();
            host.Kernel.OtherProgramJoins(IPAddress.Parse(B), Remote);
            host.Settle();
            Assert.Single(host.Joined());
        }

        using var next = HandJournal.Open(directory.Path, Guid.Empty, NullLogger.Instance);
        host.Forget(next);
        host.Apply(Mesh with { Strategy = PathStrategy.None });
        host.Settle();
        Assert.Single(host.Joined());
    }

    [Fact]
    public void After_a_restart_somebody_listens_again_for_what_is_announced()
    {
        using var directory = new TemporaryDirectory();
        using (HandJournal.Open(directory.Path, Guid.Empty, NullLogger.Instance))
        {
        }

        using var journal = HandJournal.Open(directory.Path, Guid.Empty, NullLogger.Instance);
        var host = Server();
        var policy = Mesh with { Announce = [new Announcement { Interfaces = ["eth1"], Port = 8443 }] };
        host.Apply(policy);
        host.Settle();
        host.Kernel.Listeners.Clear();
        host.Forget(journal);
        host.Apply(policy);
        host.Settle();
        Assert.Equal("198.18.2.2:8443", Assert.Single(host.Kernel.Listeners).Place.ToString());
        Assert.Single(host.Kernel.Announced);
        Assert.Equal(PathStepKind.None, Assert.Single(host.Explain().Announcements).Step);
    }

    [Fact]
    public void A_policy_that_wants_none_leaves_the_last_that_carries_data()
    {
        var host = Client();
        host.Apply(Mesh);
        host.Settle();
        host.Apply(Mesh with { Interfaces = new NamePatterns([], ["eth0"]) });
        host.Kernel.End(host.Kernel.Subflows[0], new Errno(104));
        host.Settle();
        host.Apply(Mesh with { Strategy = PathStrategy.None });
        host.Settle();
        Assert.Single(host.Joined());
        Assert.Contains("when another subflow carries data", host.Explain().Paths.Single().Reason, StringComparison.Ordinal);
        host.Kernel.PeerJoins(IPAddress.Parse(A), Remote.Address);
        host.Settle();
        Assert.Equal(A, Assert.Single(host.Kernel.Subflows).Local.Address.ToString());
    }

    [Fact]
    public void Where_no_policy_holds_there_is_nothing_to_do()
    {
        var host = Client(kernel => kernel.Outcome = _ => new Errno(111));
        host.Keeper.NoteByHand(SimulatedKernel.Token, [new HandNote(HandNoteKind.Ended, IPEndPoint.Parse(B), Remote)]);
        Assert.Equal(Timeout.InfiniteTimeSpan, host.Keeper.UntilDue);
        host.Apply(Mesh with { Interfaces = new NamePatterns([], ["eth1"]) });
        host.Settle();
        host.SetInterface(4, "eth2", hasCarrier: true, C);
        host.Settle();
        Assert.InRange(host.Keeper.UntilDue, TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(2));
        host.ApplyNone();
        host.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(Timeout.InfiniteTimeSpan, host.Keeper.UntilDue);
    }

    [Fact]
    public void A_dry_run_of_another_policy_does_not_go_by_what_failed_under_this_one()
    {
        var host = Client(kernel => kernel.Outcome = _ => new Errno(111));
        host.Apply(Mesh with { Retry = new RetryRule { Attempts = 1 } });
        host.Settle();
        Assert.Equal(PathStepKind.None, host.Explain().Paths.Single(path => path.Standing == PathStanding.Missing).Step);
        var other = new PolicyDocument { Policies = [Mesh] };
        var explained = Assert.Single(host.Keeper.Explain([SimulatedKernel.Token], other));
        Assert.Equal(PathStepKind.Create, explained.Paths.Single(path => path.Standing == PathStanding.Missing).Step);
    }

    [Fact]
    public void An_IPv4_socket_is_asked_once_for_an_IPv6_subflow()
    {
        var host = Client(kernel => kernel.IsIPv4Only = true);
        host.SetInterface(3, "eth1", hasCarrier: true, B, "2001:db8:1::1");
        host.Kernel.PeerAnnounces(1, IPEndPoint.Parse("[2001:db8:1::2]:443"));
        host.Kernel.PeerAnnounces(2, IPEndPoint.Parse("[2001:db8:2::2]:443"));
        host.Apply(Mesh);
        host.Settle();
        Assert.Equal([$"{B} {Remote}"], host.Joined());
        Assert.Equal(2, host.Kernel.Commands);
        host.Pass(TimeSpan.FromHours(1));
        Assert.Equal(2, host.Kernel.Commands);
    }
}
