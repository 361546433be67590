using Mptcp.Control.V1;
using Mptcp.Kernel.Tests.Support;
using Mptcp.Kernel.Tests.Support.Pictures;
using Mptcp.Lab;

namespace Mptcp.Kernel.Tests.Daemon;

/// <summary>What happens to the host's links and addresses reaches watchers, as it is and as a whole.</summary>
public class InterfaceWatchTests(ServedLab served) : IClassFixture<ServedLab>
{
    const string Own = "self";

    // Some 800 bytes each: more than the daemon's buffer for them holds.
    const int MoreThanTheBufferHolds = 5000;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [LabFact]
    public async Task A_snapshot_begins_with_the_interfaces_of_every_namespace_as_they_are_listed()
    {
        await using var pair = await served.ConnectAsync();
        await using var watch = await WatchProbe.StartAsync(served.Client, new WatchRequest { Mode = WatchMode.SnapshotOnly });

        var told = watch.Events.TakeWhile(told => told.Type == EventType.InterfaceSnapshot).ToList();
        Assert.All(told, one => Assert.Equal((EventOrigin.Snapshot, watch.Messages[^1].Sync.Sequence), (one.Origin, one.Sequence)));
        Assert.All(watch.Events.Skip(told.Count), one => Assert.Equal(EventType.ConnectionSnapshot, one.Type));
        Assert.NotEmpty(watch.Events.Skip(told.Count));
        foreach (var name in new[] { ServedLab.ClientName, ServedLab.ServerName })
        {
            var listed = await served.Client.Node.ListInterfacesAsync(new ListInterfacesRequest { Namespace = name });
            Assert.Equal(
                InterfacePicture.Draw(listed.Interfaces), InterfacePicture.Draw(told.Where(one => one.Namespace == name).Select(one => one.Interface)));
        }

        Assert.Equal(told.OrderBy(one => one.Namespace, StringComparer.Ordinal).ThenBy(one => one.Interface.Index), told);
    }

    [LabTheory]
    [InlineData("198.18.9.1/24", "198.18.9.1")]
    [InlineData("2001:db8:9::1/64", "2001:db8:9::1")]
    public async Task An_address_is_told_when_it_is_added_and_when_it_is_removed(string withPrefix, string address)
    {
        await using var lab = await NetworkLab.CreateAsync(paths: 1, cancellationToken: Cancellation);
        await using var daemon = await DaemonProcess.StartAsync(lab.Client);
        await using var watch = await WatchProbe.StartAsync(daemon.Client, new WatchRequest());

        await lab.Client.IpAsync($"address add {withPrefix} dev path1 nodad", Cancellation);
        var added = await watch.FirstAsync(EventType.LocalAddressAdded);
        Assert.Equal((Own, EventOrigin.Kernel, EventCause.Unspecified), (added.Namespace, added.Origin, added.Cause));
        Assert.Equal(
            (lab.Client.GetPath(1).InterfaceIndex, "path1", address, AddressUsability.Usable),
            (added.LocalAddress.InterfaceIndex, added.LocalAddress.InterfaceName, added.LocalAddress.Address.Address, added.LocalAddress.Address.Usability));

        await lab.Client.IpAsync($"address delete {withPrefix} dev path1", Cancellation);
        var removed = await watch.FirstAsync(EventType.LocalAddressRemoved);
        Assert.Equal(added.LocalAddress, removed.LocalAddress);
        await watch.ShouldBecomeExactAsync(daemon.Client, Own);
    }

    [LabFact]
    public async Task A_link_that_is_set_down_and_up_makes_addresses_at_both_ends_unusable_and_usable()
    {
        await using var watch = await WatchProbe.StartAsync(served.Client, new WatchRequest());

        await served.Lab.Client.CutPathAsync(2, Cancellation);
        await watch.FirstAsync(EventType.InterfaceChanged, told => Says(told, ServedLab.ClientName, "198.18.2.1", AddressUsability.LinkDown));
        var lost = await watch.FirstAsync(EventType.InterfaceChanged, told => Says(told, ServedLab.ServerName, "198.18.2.2", AddressUsability.NoCarrier));
        Assert.True(Says(lost, ServedLab.ServerName, "2001:db8:2::2", AddressUsability.NoCarrier));
        Assert.False(lost.Interface.Carrier);

        var before = watch.Events.Count;
        await served.Lab.Client.RestorePathAsync(2, Cancellation);
        foreach (var (name, address) in new[] { (ServedLab.ClientName, "198.18.2.1"), (ServedLab.ServerName, "198.18.2.2") })
        {
            await LabWait.UntilAsync(
                $"{address} to be told as usable",
                () => watch.Events.Skip(before).Any(told => Says(told, name, address, AddressUsability.Usable)),
                cancellationToken: Cancellation);
            await watch.ShouldBecomeExactAsync(served.Client, name);
        }
    }

    [LabFact]
    public async Task An_interface_is_told_when_it_is_made_renamed_and_deleted()
    {
        await using var lab = await NetworkLab.CreateAsync(paths: 1, cancellationToken: Cancellation);
        await using var daemon = await DaemonProcess.StartAsync(lab.Client);
        await using var watch = await WatchProbe.StartAsync(daemon.Client, new WatchRequest());

        await lab.Client.IpAsync("link add one mtu 1400 type veth peer name two", Cancellation);
        var added = await watch.FirstAsync(EventType.InterfaceAdded, told => told.Interface.Name == "one");
        Assert.Equal(("veth", 1400u, false), (added.Interface.Kind, added.Interface.Mtu, added.Interface.Up));

        await lab.Client.IpAsync("link set dev one name three", Cancellation);
        var renamed = await watch.FirstAsync(EventType.InterfaceChanged, told => told.Interface.Name == "three");
        Assert.Equal(added.Interface.Index, renamed.Interface.Index);

        await lab.Client.IpAsync("address add 198.18.9.1/24 dev three", Cancellation);
        await lab.Client.IpAsync("link delete dev three", Cancellation);
        var removed = await watch.FirstAsync(EventType.InterfaceRemoved, told => told.Interface.Name == "three");
        await watch.FirstAsync(EventType.InterfaceRemoved, told => told.Interface.Name == "two");
        var address = await watch.FirstAsync(EventType.LocalAddressRemoved, told => told.LocalAddress.Address.Address == "198.18.9.1");
        Assert.True(address.Sequence < removed.Sequence);
        Assert.Empty(removed.Interface.Addresses);
        await watch.ShouldBecomeExactAsync(daemon.Client, Own);
    }

    [LabFact]
    public async Task An_IPv6_address_is_told_as_changed_when_it_is_known_that_nobody_else_has_it()
    {
        await using var lab = await NetworkLab.CreateAsync(paths: 1, cancellationToken: Cancellation);
        lab.Client.SetSysctl("net.ipv6.conf.path1.accept_dad", "1");
        await using var daemon = await DaemonProcess.StartAsync(lab.Client);
        await using var watch = await WatchProbe.StartAsync(daemon.Client, new WatchRequest());

        await lab.Client.IpAsync("address add 2001:db8:9::1/64 dev path1", Cancellation);

        var added = await watch.FirstAsync(EventType.LocalAddressAdded);
        Assert.Equal(AddressUsability.Tentative, added.LocalAddress.Address.Usability);
        var changed = await watch.FirstAsync(EventType.LocalAddressChanged);
        Assert.Equal(("2001:db8:9::1", AddressUsability.Usable), (changed.LocalAddress.Address.Address, changed.LocalAddress.Address.Usability));
        await watch.ShouldBecomeExactAsync(daemon.Client, Own);
    }

    [LabFact]
    public async Task What_changes_nothing_is_told_to_nobody()
    {
        await using var lab = await NetworkLab.CreateAsync(paths: 1, cancellationToken: Cancellation);
        await lab.Client.IpAsync("address add 198.18.9.1/24 dev path1 valid_lft 1000 preferred_lft 500", Cancellation);
        await using var daemon = await DaemonProcess.StartAsync(lab.Client);
        await using var watch = await WatchProbe.StartAsync(daemon.Client, new WatchRequest { Mode = WatchMode.FollowOnly });

        await lab.Client.IpAsync("address change 198.18.9.1/24 dev path1 valid_lft 2000 preferred_lft 1000", Cancellation);
        await lab.Client.IpAsync("link set dev path1 promisc on", Cancellation);
        await lab.Client.IpAsync("link set dev path1 txqueuelen 77", Cancellation);
        await lab.Client.IpAsync("link set dev path1 alias something", Cancellation);
        await lab.Client.IpAsync("address add 198.18.9.2/24 dev path1", Cancellation);

        var told = await watch.FirstAsync(EventType.LocalAddressAdded);
        Assert.Equal(("198.18.9.2", told), (told.LocalAddress.Address.Address, Assert.Single(watch.Events)));

        // But what is shown is what the kernel was told last.
        await using var later = await WatchProbe.StartAsync(daemon.Client, new WatchRequest { Mode = WatchMode.SnapshotOnly });
        var renewed = later.Events.Where(one => one.Interface is not null).SelectMany(one => one.Interface.Addresses)
            .Single(one => one.Address == "198.18.9.1");
        Assert.InRange(renewed.ValidLifetime.Seconds, 1001, 2000);
        Assert.InRange(renewed.PreferredLifetime.Seconds, 501, 1000);
    }

    [LabFact]
    public async Task One_IPv4_address_with_several_peers_is_several_addresses()
    {
        await using var lab = await NetworkLab.CreateAsync(paths: 1, cancellationToken: Cancellation);
        await using var daemon = await DaemonProcess.StartAsync(lab.Client);
        await using var watch = await WatchProbe.StartAsync(daemon.Client, new WatchRequest());

        await lab.Client.IpAsync(
            ["address add 198.18.9.1 peer 198.18.9.2 dev path1", "address add 198.18.9.1 peer 198.18.9.3 dev path1", "address add 198.18.9.1/24 dev path1"],
            Cancellation);
        await watch.FirstAsync(EventType.LocalAddressAdded, told => told.LocalAddress.Address.PrefixLength == 24);
        await watch.ShouldBecomeExactAsync(daemon.Client, Own);

        await lab.Client.IpAsync("address delete 198.18.9.1 peer 198.18.9.2 dev path1", Cancellation);
        await watch.FirstAsync(EventType.LocalAddressRemoved, told => told.LocalAddress.Address.Peer == "198.18.9.2");
        await watch.ShouldBecomeExactAsync(daemon.Client, Own);
    }

    [LabFact]
    public async Task Interfaces_of_a_namespace_that_comes_later_are_told_as_found()
    {
        await using var lab = await NetworkLab.CreateAsync(paths: 1, cancellationToken: Cancellation);
        var name = $"kernel-tests-{Environment.ProcessId}-interfaces";
        await using var daemon = await DaemonProcess.StartAsync(lab.Server, "--namespace", name);
        await using var watch = await WatchProbe.StartAsync(daemon.Client, new WatchRequest());
        Assert.Empty(watch.Events);

        lab.Client.AttachName(name);

        var namespaceAdded = await watch.FirstAsync(EventType.NamespaceAdded);
        var added = await watch.FirstAsync(EventType.InterfaceAdded, told => told.Interface.Name == "path1");
        Assert.Equal((name, EventOrigin.Reconciled, EventCause.Start), (added.Namespace, added.Origin, added.Cause));
        Assert.True(namespaceAdded.Sequence < added.Sequence);
        await watch.ShouldBecomeExactAsync(daemon.Client, name);
    }

    [LabFact]
    public async Task Changes_that_the_kernel_dropped_are_told_as_lost_and_the_picture_is_exact()
    {
        await using var lab = await NetworkLab.CreateAsync(paths: 1, cancellationToken: Cancellation);
        await lab.Client.IpAsync("link add goes type bridge", Cancellation);
        await using var daemon = await DaemonProcess.StartAsync(lab.Client);
        await using var watch = await WatchProbe.StartAsync(daemon.Client, new WatchRequest());
        await using var ofConnections = await WatchProbe.StartAsync(
            daemon.Client, new WatchRequest { Allow = { new EventFilter { Types_ = { EventType.ConnectionCreated } } } });
        var addresses = Enumerable.Range(0, MoreThanTheBufferHolds).Select(i => $"198.19.{i / 250}.{1 + (i % 250)}/32 dev path1").ToList();

        daemon.Process.Pause();
        await lab.Client.IpAsync(addresses.Select(address => "address add " + address), Cancellation);
        await lab.Client.IpAsync(
            [
                "link delete dev goes", "link add comes type bridge", "link set dev comes up", "address add 198.18.9.1/24 dev comes",
                "link set dev path1 mtu 1400", "address delete 198.19.0.7/32 dev path1", "address delete 198.18.1.1/24 dev path1",
            ],
            Cancellation);
        daemon.Process.Resume();

        var lost = (await watch.MessageAsync("a loss", message => message.Lost is not null)).Lost;
        Assert.Equal((LossSource.Kernel, false), (lost.Source, lost.HasCount));
        var after = watch.Messages.ToList().FindIndex(message => message.Lost is not null) + 1;
        await watch.MessageAsync("a sync after the loss", message => message.Sync is not null, skip: after);
        await watch.ShouldBecomeExactAsync(daemon.Client, Own);
        // A watcher hears of a loss before what it hid is found out, and has that from the snapshot.
        Assert.DoesNotContain(watch.Events, told => told.Cause == EventCause.KernelLoss);

        // And goes on as before.
        await lab.Client.IpAsync("link set dev comes down", Cancellation);
        await watch.FirstAsync(EventType.InterfaceChanged, told => told.Interface is { Name: "comes", Up: false });
        await watch.ShouldBecomeExactAsync(daemon.Client, Own);
        Assert.DoesNotContain(ofConnections.Messages, message => message.Lost is not null);
    }

    [LabFact]
    public async Task A_storm_of_changes_ends_in_an_exact_picture()
    {
        await using var lab = await NetworkLab.CreateAsync(paths: 2, cancellationToken: Cancellation);
        await using var daemon = await DaemonProcess.StartAsync(lab.Client);
        await using var watch = await WatchProbe.StartAsync(daemon.Client, new WatchRequest());

        for (var round = 0; round < 4; round++)
        {
            List<string> commands = [$"link add keep{round} type bridge", $"link set dev keep{round} up"];
            for (var i = 1; i <= 25; i++)
            {
                commands.AddRange(
                    "link add temporary type bridge", "address add 2001:db8:9::1/64 dev temporary", "link set dev temporary up",
                    $"address add 198.18.9.{i}/24 dev path1", "link delete dev temporary", $"link set dev path2 mtu {1300 + i}",
                    $"address add 198.18.10.{i}/32 peer 198.18.11.{i} dev keep{round}", $"address delete 198.18.9.{i}/24 dev path1");
            }

            commands.AddRange("link set dev path2 down", "link set dev path2 up");
            await lab.Client.IpAsync(commands, Cancellation);
        }

        await watch.ShouldBecomeExactAsync(daemon.Client, Own);
    }

    static bool Says(Event told, string name, string address, AddressUsability usability) =>
        told.Namespace == name && (told.Interface?.Addresses.Any(one => one.Address == address && one.Usability == usability) ?? false);
}
