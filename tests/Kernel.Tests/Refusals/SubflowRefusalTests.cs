using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.Kernel.Tests.Support;

namespace Mptcp.Kernel.Tests.Refusals;

/// <summary>Subflows and addresses that cannot be, for connections that are there.</summary>
public class SubflowRefusalTests(ServedLab served) : IClassFixture<ServedLab>
{
    static readonly Refused IdConflict = new(
        StatusCode.AlreadyExists, ErrorReason.AddressIdConflict, "give another id, or the address that has this one")
    {
        Errno = "EINVAL",
        Kernel = "did not match",
    };

    [LabFact]
    public async Task An_address_id_that_another_address_has_is_taken()
    {
        await using var pair = await served.ConnectAsync();
        await served.Connections.AnnounceAddressAsync(new AnnounceAddressRequest { Token = pair.Token, Address = pair.Local(2), AddressId = 4 });
        var create = pair.SubflowOver(path: 3);
        create.LocalId = 4;

        await IdConflict.ByAsync(served.Connections.CreateSubflowAsync(create));
        await IdConflict.ByAsync(served.Connections.AnnounceAddressAsync(
            new AnnounceAddressRequest { Token = pair.Token, Address = pair.Local(3), AddressId = 4 }));
        await IdConflict.ByAsync(served.RunAsync($"address announce {pair.Token} 198.18.3.1 --id 4"));
        await IdConflict.ByAsync(served.RunAsync($"subflow create {pair.Token} --local 198.18.3.1 --local-id 4 --remote 198.18.3.2:80"));
        Assert.Single((await pair.GetAsync()).LocalAddresses);
        Assert.Single((await pair.GetAsync()).Subflows);
    }

    [LabFact]
    public async Task An_unknown_address_id_cannot_be_withdrawn()
    {
        await using var pair = await served.ConnectAsync();
        var refusal = new Refused(StatusCode.NotFound, ErrorReason.AddressNotFound, "'mptcpctl subflow list TOKEN' shows the ids in use")
        {
            Errno = "EINVAL",
            Kernel = "not found",
        };

        await refusal.ByAsync(served.Connections.WithdrawAddressAsync(new WithdrawAddressRequest { Token = pair.Token, AddressId = 99 }));
        await refusal.ByAsync(served.RunAsync($"address withdraw {pair.Token} --id 99"));
    }

    [LabTheory]
    [InlineData(AddressKind.IPv4)]
    [InlineData(AddressKind.IPv6)]
    [InlineData(AddressKind.IPv4OnIPv6)]
    public async Task An_unknown_subflow_cannot_be_destroyed(AddressKind kind)
    {
        await using var pair = await served.ConnectAsync(kind);
        var refusal = new Refused(StatusCode.NotFound, ErrorReason.SubflowNotFound, "'mptcpctl subflow list TOKEN' shows those there are")
        {
            Errno = "ESRCH",
            Kernel = "subflow not found",
        };
        var (local, remote) = (pair.Local(2, port: 5), pair.Door(2));

        await refusal.ByAsync(served.Connections.DestroySubflowAsync(
            new DestroySubflowRequest { Token = pair.Token, Local = local, Remote = remote }));
        await refusal.ByAsync(served.RunAsync($"subflow destroy {pair.Token} --local {Text(local)} --remote {Text(remote)}"));
    }

    [LabTheory]
    [InlineData(AddressKind.IPv4)]
    [InlineData(AddressKind.IPv6)]
    [InlineData(AddressKind.IPv4OnIPv6)]
    public async Task An_unknown_subflow_cannot_be_changed(AddressKind kind)
    {
        await using var pair = await served.ConnectAsync(kind);
        var refusal = new Refused(StatusCode.NotFound, ErrorReason.SubflowNotFound, "'mptcpctl subflow list TOKEN' shows those there are")
        {
            Errno = "EINVAL",
            Kernel = "subflow not found",
        };
        var (local, remote) = (pair.Local(2, port: 5), pair.Door(2));

        await refusal.ByAsync(served.Connections.UpdateSubflowAsync(new UpdateSubflowRequest
        {
            Token = pair.Token,
            Subflow = new Subflow { Local = local, Remote = remote, Backup = true },
            UpdateMask = new FieldMask { Paths = { "backup" } },
        }));
        await refusal.ByAsync(served.RunAsync($"subflow set {pair.Token} --local {Text(local)} --remote {Text(remote)} --backup"));
    }

    [LabFact]
    public async Task A_source_that_the_host_does_not_own_is_not_available()
    {
        await using var pair = await served.ConnectAsync();
        var refusal = new Refused(
            StatusCode.FailedPrecondition, ErrorReason.AddressNotAvailable, "'ip address' on the host shows the addresses it owns")
        {
            Errno = "EADDRNOTAVAIL",
            Kernel = "connect error: -99",
        };
        var create = pair.SubflowOver(path: 2);
        create.Local.Address = "198.18.99.1";

        await refusal.ByAsync(served.Connections.CreateSubflowAsync(create));
        await refusal.ByAsync(served.RunAsync($"subflow create {pair.Token} --local 198.18.99.1 --remote 198.18.2.2:80"));
        Assert.Single((await pair.GetAsync()).Subflows);
    }

    [LabFact]
    public async Task A_remote_address_without_a_route_is_not_available()
    {
        await using var pair = await served.ConnectAsync();
        var refusal = new Refused(StatusCode.FailedPrecondition, ErrorReason.AddressNotAvailable, "'ip route get REMOTE from LOCAL' the path")
        {
            Errno = "ENETUNREACH",
            Kernel = "connect error: -101",
        };
        var create = pair.SubflowOver(path: 2);
        create.Remote.Address = "198.19.1.1";

        await refusal.ByAsync(served.Connections.CreateSubflowAsync(create));
        await refusal.ByAsync(served.RunAsync($"subflow create {pair.Token} --local 198.18.2.1 --remote 198.19.1.1:80"));
    }

    [LabFact]
    public async Task An_unknown_interface_is_not_found()
    {
        await using var pair = await served.ConnectAsync();
        var refusal = new Refused(
            StatusCode.NotFound, ErrorReason.InterfaceNotFound, "'ip link' on the host, in that namespace, lists those there are");
        var create = pair.SubflowOver(path: 2);
        create.Interface = "wlan99";

        await refusal.ByAsync(served.Connections.CreateSubflowAsync(create));
        await refusal.ByAsync(served.Connections.AnnounceAddressAsync(
            new AnnounceAddressRequest { Token = pair.Token, Address = pair.Local(2), AddressId = 4, Interface = "wlan99" }));
        await refusal.ByAsync(served.RunAsync($"subflow create {pair.Token} --local 198.18.2.1 --remote 198.18.2.2:80 --interface wlan99"));
        await refusal.ByAsync(served.RunAsync($"address announce {pair.Token} 198.18.2.1 --id 4 --interface wlan99"));
        await refusal.ByAsync(served.RunAsync("endpoint add 198.18.2.1 --interface wlan99 --flags subflow"));
    }

    [LabFact]
    public async Task An_address_that_the_host_does_not_own_cannot_be_listened_at()
    {
        await using var pair = await served.ConnectAsync();
        var refusal = new Refused(StatusCode.FailedPrecondition, ErrorReason.ListenerRefused, "or leave --listen out") { Errno = "EADDRNOTAVAIL" };
        var announce = new AnnounceAddressRequest
        {
            Token = pair.Token,
            Address = new SocketAddress { Address = "198.18.99.1" },
            AddressId = 4,
            Listen = true,
        };

        await refusal.ByAsync(served.Connections.AnnounceAddressAsync(announce));
        await refusal.ByAsync(served.RunAsync($"address announce {pair.Token} 198.18.99.1 --id 4 --listen"));
        Assert.Empty((await pair.GetAsync()).LocalAddresses);
    }

    [LabFact]
    public async Task A_connection_that_uses_every_address_id_gets_no_other()
    {
        await using var pair = await served.ConnectAsync();
        for (uint id = 1; id <= 255; id++)
        {
            await served.Connections.AnnounceAddressAsync(
                new AnnounceAddressRequest { Token = pair.Token, Address = pair.Local(2, port: 30000 + id), AddressId = id });
        }

        var refusal = new Refused(StatusCode.ResourceExhausted, ErrorReason.AddressIdConflict, "withdraw an address first");

        await refusal.ByAsync(served.Connections.CreateSubflowAsync(pair.SubflowOver(path: 3)));
        await refusal.ByAsync(served.RunAsync($"subflow create {pair.Token} --local 198.18.3.1 --remote 198.18.3.2:80"));
    }

    static string Text(SocketAddress address) =>
        address.Address.Contains(':', StringComparison.Ordinal) ? $"[{address.Address}]:{address.Port}" : $"{address.Address}:{address.Port}";
}
