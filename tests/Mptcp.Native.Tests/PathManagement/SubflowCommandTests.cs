using System.Net;
using Mptcp.Native.Interop;
using Mptcp.Native.Netlink;
using Mptcp.Native.PathManagement;
using Mptcp.Native.Tests.Netlink.Bytes;
using Mptcp.Native.Tests.PathManagement.Bytes;
using Mptcp.Native.Tests.ScriptedKernel;

namespace Mptcp.Native.Tests.PathManagement;

public class SubflowCommandTests
{
    private const uint Client = 0x3b54798d, ClientIPv6 = 0xa2846b1e;

    private static readonly IPEndPoint Remote = IPEndPoint.Parse("198.18.1.2:8000");
    private static readonly IPEndPoint RemoteIPv6 = IPEndPoint.Parse("[2001:db8::2]:8000");
    private static readonly SubflowAddresses Subflow = new(IPEndPoint.Parse("198.18.1.3:41000"), Remote);
    private static readonly SubflowAddresses SubflowIPv6 = new(IPEndPoint.Parse("[2001:db8::3]:41000"), RemoteIPv6);

    [Fact]
    public void Creating_an_IPv4_subflow()
        => Sends(SubflowRequests.Create, manager => manager.CreateSubflow(new(Client, Local("198.18.1.3", 3, 41000), Remote)));

    [Fact]
    public void A_prepared_subflow_is_created_in_whichever_connection() => Sends(SubflowRequests.Create, manager =>
    {
        var prepared = new PreparedSubflow(Local("198.18.1.3", 3, 41000), Remote);
        manager.Prepare(prepared);
        manager.CreateSubflow(Client, prepared);
    });

    [Fact]
    public void Creating_an_IPv6_subflow() => Sends(
        SubflowRequestsIPv6.Create,
        manager => manager.CreateSubflow(new(ClientIPv6, Local("2001:db8::3", 3, 41000), RemoteIPv6)));

    [Fact]
    public void Creating_an_IPv4_backup_on_an_interface() => Sends(
        SubflowRequests.CreateBackupOnAnInterface,
        manager => manager.CreateSubflow(new(Client, BackupOnAnInterface("198.18.1.5"), Remote)));

    [Fact]
    public void Creating_an_IPv6_backup_on_an_interface() => Sends(
        SubflowRequestsIPv6.CreateBackupOnAnInterface,
        manager => manager.CreateSubflow(new(ClientIPv6, BackupOnAnInterface("2001:db8::5"), RemoteIPv6)));

    [Fact]
    public void Destroying_an_IPv4_subflow()
        => Sends(SubflowRequests.Destroy, manager => manager.DestroySubflow(Client, Subflow));

    [Fact]
    public void Destroying_an_IPv6_subflow()
        => Sends(SubflowRequestsIPv6.Destroy, manager => manager.DestroySubflow(ClientIPv6, SubflowIPv6));

    [Fact]
    public void Making_an_IPv4_subflow_a_backup()
        => Sends(SubflowRequests.SetBackup, manager => manager.SetSubflowBackup(Client, Subflow, backup: true));

    [Fact]
    public void Making_an_IPv6_subflow_a_backup()
        => Sends(SubflowRequestsIPv6.SetBackup, manager => manager.SetSubflowBackup(ClientIPv6, SubflowIPv6, backup: true));

    [Fact]
    public void Making_an_IPv4_subflow_regular()
        => Sends(SubflowRequests.ClearBackup, manager => manager.SetSubflowBackup(Client, Subflow, backup: false));

    [Fact]
    public void Making_an_IPv6_subflow_regular()
        => Sends(SubflowRequestsIPv6.ClearBackup, manager => manager.SetSubflowBackup(ClientIPv6, SubflowIPv6, backup: false));

    [Fact]
    public void An_IPv4_subflow_that_is_not_found_is_looked_for_under_its_mapped_addresses()
        => KernelScript.WithPathManager()
            .Expect(SubflowRequests.Destroy, AcknowledgementBytes.CappedWithText)
            .Expect(SubflowRequests.DestroyMapped, KernelMessages.Acknowledge(3))
            .Run(manager => manager.DestroySubflow(Client, Subflow));

    [Fact]
    public void An_IPv4_subflow_that_is_found_under_neither_address_is_refused()
    {
        var refusal = Assert.Throws<KernelRefusedException>(() => KernelScript.WithPathManager()
            .Expect(SubflowRequests.Destroy, AcknowledgementBytes.CappedWithText)
            .Expect(SubflowRequests.DestroyMapped, KernelMessages.Refuse(3, 3, "subflow not found"))
            .Run(manager => manager.DestroySubflow(Client, Subflow)));
        Assert.Equal(Errno.NoSuchProcess, refusal.Errno);
        Assert.Equal("subflow not found", refusal.KernelText);
    }

    [Fact]
    public void An_IPv6_subflow_that_is_not_found_is_looked_for_once()
    {
        var refusal = Assert.Throws<KernelRefusedException>(() => KernelScript.WithPathManager()
            .Expect(SubflowRequestsIPv6.Destroy, AcknowledgementBytes.CappedWithText)
            .Run(manager => manager.DestroySubflow(ClientIPv6, SubflowIPv6)));
        Assert.Equal(Errno.NoSuchProcess, refusal.Errno);
    }

    [Fact]
    public void A_subflow_that_is_refused_for_another_reason_is_looked_for_once()
    {
        var refusal = Assert.Throws<KernelRefusedException>(() => KernelScript.WithPathManager()
            .Expect(SubflowRequests.Destroy, KernelMessages.Refuse(2, 22, "invalid token"))
            .Run(manager => manager.DestroySubflow(Client, Subflow)));
        Assert.Equal(Errno.Invalid, refusal.Errno);
        Assert.Equal("subflow-destroy", refusal.Operation);
    }

    private static Endpoint Local(string address, byte id, ushort port)
        => new(IPAddress.Parse(address)) { Id = id, Port = port };

    private static Endpoint BackupOnAnInterface(string address)
        => Local(address, 4, 41001) with { Flags = EndpointFlags.Backup, InterfaceIndex = 1 };

    private static void Sends(byte[] request, Action<PathManager> command)
        => KernelScript.WithPathManager().Expect(request, AcknowledgementBytes.Success).Run(command);
}
