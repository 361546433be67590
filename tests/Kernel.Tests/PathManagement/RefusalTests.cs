using Mptcp.Kernel.Tests.Support;
using Mptcp.Lab;
using Mptcp.Native.Netlink;
using Mptcp.Native.PathManagement;

namespace Mptcp.Kernel.Tests.PathManagement;

/// <summary>Refusals as the kernel words them; the daemon's table of errors rests on them.</summary>
public class RefusalTests
{
    // The netlink header and the generic netlink header come before the first attribute.
    const int FirstAttribute = 16 + 4;

    [LabFact]
    public async Task A_refusal_tells_what_is_wrong_and_where_in_the_request()
    {
        await using var hosts = await TwoHosts.CreateAsync(paths: 1, PathManagerKind.Kernel);

        var refusal = Assert.Throws<KernelRefusedException>(() => hosts.Client.PathManager.SetLimits(subflows: 100_000, acceptedAddresses: null));

        Assert.Equal(("set-limits", "EINVAL", FirstAttribute), (refusal.Operation, refusal.Errno.Name, refusal.AttributeOffset));
        Assert.StartsWith("limit greater than maximum (", refusal.KernelText, StringComparison.Ordinal);
    }

    [LabFact]
    public async Task A_connection_of_the_in_kernel_path_manager_takes_no_commands()
    {
        await using var hosts = await TwoHosts.CreateAsync(pathManager: PathManagerKind.Kernel);
        var (actor, peer) = await hosts.ConnectAsync(AddressKind.IPv4, Side.Client);
        var address = new Endpoint(actor.Address(2)) { Id = 2 };
        var subflow = new SubflowAddresses(actor.Connection.LocalEndPoint, actor.Connection.RemoteEndPoint);

        Refuses("announce", () => actor.PathManager.Announce(actor.Token, address));
        Refuses("remove", () => actor.PathManager.Withdraw(actor.Token, 2));
        Refuses("subflow-create", () => actor.PathManager.CreateSubflow(new SubflowRequest(actor.Token, address, new(peer.Address(2), 80))));
        Refuses("subflow-destroy", () => actor.PathManager.DestroySubflow(actor.Token, subflow));
        Refuses("set-flags", () => actor.PathManager.SetSubflowBackup(actor.Token, subflow, backup: true));
        Refuses("get-addr", () => actor.PathManager.ListLocalAddresses(actor.Token));

        static void Refuses(string operation, Action command)
        {
            var refusal = Assert.Throws<KernelRefusedException>(command);
            Assert.Equal((operation, "EINVAL", "userspace PM not selected"), (refusal.Operation, refusal.Errno.Name, refusal.KernelText));
        }
    }

    // A connection keeps the path manager of the moment in which its socket was made.
    [LabFact]
    public async Task Another_path_manager_is_for_new_connections()
    {
        await using var hosts = await TwoHosts.CreateAsync(pathManager: PathManagerKind.Kernel);
        var (before, _) = await hosts.ConnectAsync(AddressKind.IPv4, Side.Client);
        hosts.Client.Host.SetSysctl("net.mptcp.pm_type", "1");
        var (after, _) = await hosts.ConnectAsync(AddressKind.IPv4, Side.Client);

        Assert.Throws<KernelRefusedException>(() => hosts.Client.PathManager.ListLocalAddresses(before.Token));
        Assert.Empty(hosts.Client.PathManager.ListLocalAddresses(after.Token));
    }

    [LabFact]
    public async Task Unknown_things_are_refused_by_name()
    {
        await using var hosts = await TwoHosts.CreateAsync();
        var (actor, peer) = await hosts.ConnectAsync(AddressKind.IPv4, Side.Client);
        var nowhere = new SubflowAddresses(new(actor.Address(2), 1), new(peer.Address(2), 2));

        Refuses("EINVAL", "invalid token", () => actor.PathManager.Withdraw(actor.Token ^ 1, 2));
        Refuses("EINVAL", "not found", () => actor.PathManager.Withdraw(actor.Token, 200));
        Refuses("EINVAL", "not found", () => actor.PathManager.DeleteEndpoint(200));
        Refuses("EINVAL", "not found", () => actor.PathManager.GetEndpoint(200));
        Refuses("ESRCH", "", () => actor.PathManager.DestroySubflow(actor.Token, nowhere));
        Refuses("EINVAL", "", () => actor.PathManager.SetSubflowBackup(actor.Token, nowhere, backup: true));
    }

    [LabFact]
    public async Task An_address_id_belongs_to_one_address_of_a_connection()
    {
        await using var hosts = await TwoHosts.CreateAsync(paths: 3);
        var (actor, peer) = await hosts.ConnectAsync(AddressKind.IPv4, Side.Client);
        actor.PathManager.Announce(actor.Token, new Endpoint(actor.Address(2)) { Id = 2 });

        Refuses("EINVAL", "did not match", () => actor.PathManager.Announce(actor.Token, new Endpoint(actor.Address(3)) { Id = 2 }));
        Refuses("EINVAL", "did not match", () => actor.PathManager.Announce(actor.Token, new Endpoint(actor.Address(2)) { Id = 3 }));
        Refuses("EINVAL", "did not match", () => actor.PathManager.CreateSubflow(
            new SubflowRequest(actor.Token, new Endpoint(actor.Address(3)) { Id = 2 }, new(peer.Address(3), 80))));
    }

    [LabFact]
    public async Task A_source_without_a_route_is_refused_at_once()
    {
        await using var hosts = await TwoHosts.CreateAsync();
        var (actor, peer) = await hosts.ConnectAsync(AddressKind.IPv4, Side.Client);

        Refuses("EADDRNOTAVAIL", "connect error", () => actor.PathManager.CreateSubflow(
            new SubflowRequest(actor.Token, new Endpoint(System.Net.IPAddress.Parse("198.18.99.1")) { Id = 2 }, new(peer.Address(2), 80))));
    }

    static void Refuses(string errno, string words, Action command)
    {
        var refusal = Assert.Throws<KernelRefusedException>(command);
        Assert.True(
            refusal.Errno.Name == errno && (refusal.KernelText ?? "").Contains(words, StringComparison.Ordinal),
            $"{refusal.Operation} was refused with {refusal.Errno.Name}, \"{refusal.KernelText}\"");
    }
}
