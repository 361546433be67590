using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.Kernel.Tests.Support;

namespace Mptcp.Kernel.Tests.Refusals;

/// <summary>Commands for connections that are not there, or take none.</summary>
public class ConnectionRefusalTests(ServedLab served) : IClassFixture<ServedLab>
{
    static readonly Refused NotFound = new(StatusCode.NotFound, ErrorReason.ConnectionNotFound, "'mptcpctl connection list' shows those that live")
    {
        Errno = "EINVAL",
        Kernel = "invalid token",
    };

    static readonly Refused KernelsOwn = new(StatusCode.FailedPrecondition, ErrorReason.KernelPathManager, "'mptcpctl node set pm_type=1'")
    {
        Errno = "EINVAL",
        Kernel = "userspace PM not selected",
    };

    [LabFact]
    public Task An_unknown_token_is_not_found() => RefusesEveryCommandAsync(NotFound, token: 0x12345678);

    [LabFact]
    public async Task The_token_of_a_closed_connection_is_not_found()
    {
        await using var pair = await served.ConnectAsync();
        pair.Connection.Abort();
        await pair.Watch.FirstAsync(EventType.ConnectionClosed, told => told.Token == pair.Token);

        await RefusesEveryCommandAsync(NotFound, pair.Token);
    }

    // The kernel still knows the token, for as long as the peer does not close its end.
    [LabFact]
    public async Task A_connection_that_was_closed_is_not_found_while_its_end_goes_on()
    {
        await using var pair = await served.ConnectAsync();
        var create = pair.SubflowOver(path: 2);
        pair.Connection.Dispose();
        await pair.Watch.FirstAsync(EventType.ConnectionClosed, told => told.Token == pair.Token);
        var notFound = NotFound with { Errno = null, Kernel = null };

        await notFound.ByAsync(served.Connections.GetConnectionAsync(new GetConnectionRequest { Token = pair.Token }));
        await (NotFound with { Errno = "ENOTCONN", Kernel = "connect error: -107" }).ByAsync(served.Connections.CreateSubflowAsync(create));

        Assert.DoesNotContain(
            (await served.Connections.ListConnectionsAsync(new ListConnectionsRequest())).Connections, known => known.Token == pair.Token);
    }

    [LabFact]
    public async Task A_connection_of_the_in_kernel_path_manager_takes_no_commands()
    {
        served.Lab.Client.SetSysctl("net.mptcp.pm_type", "0");
        try
        {
            await using var pair = await served.ConnectAsync();
            await RefusesEveryCommandAsync(KernelsOwn, pair.Token);
            Assert.Single((await pair.GetAsync()).Subflows);
        }
        finally
        {
            served.Lab.Client.SetSysctl("net.mptcp.pm_type", "1");
        }
    }

    [LabFact]
    public async Task An_unknown_token_has_no_connection_to_show()
    {
        var refusal = new Refused(StatusCode.NotFound, ErrorReason.ConnectionNotFound, "'mptcpctl connection list' shows those that live");

        await refusal.ByAsync(served.Connections.GetConnectionAsync(new GetConnectionRequest { Token = 0x12345678 }));
        await refusal.ByAsync(served.Connections.GetConnectionAsync(new GetConnectionRequest { Token = 0x12345678, ConnectionId = 5 }));
        await refusal.ByAsync(served.RunAsync("subflow list 0x12345678"));
    }

    [LabFact]
    public async Task Another_connection_of_the_token_is_told_apart()
    {
        await using var pair = await served.ConnectAsync();
        var id = (await pair.GetAsync()).Id + 1;
        var refusal = new Refused(StatusCode.FailedPrecondition, ErrorReason.ConnectionIdMismatch, "another has its token now");

        await refusal.ByAsync(served.Connections.GetConnectionAsync(new GetConnectionRequest { Token = pair.Token, ConnectionId = id }));
        await refusal.ByAsync(served.RunAsync($"address withdraw {pair.Token} --id 2 --connection-id {id}"));
    }

    [LabFact]
    public async Task An_unknown_namespace_is_not_found_by_any_service()
    {
        const string Unknown = "nowhere";
        var refusal = new Refused(StatusCode.NotFound, ErrorReason.NamespaceUnknown, "'mptcpctl node show' lists the namespaces there are");

        await refusal.ByAsync(served.Connections.GetConnectionAsync(new GetConnectionRequest { Namespace = Unknown, Token = 1 }));
        await refusal.ByAsync(served.Connections.ListConnectionsAsync(new ListConnectionsRequest { Namespace = Unknown }));
        await refusal.ByAsync(served.Connections.WithdrawAddressAsync(
            new WithdrawAddressRequest { Namespace = Unknown, Token = 1, AddressId = 1 }));
        await refusal.ByAsync(served.Client.Endpoints.GetLimitsAsync(new GetLimitsRequest { Namespace = Unknown }));
        await refusal.ByAsync(served.Client.Node.GetInfoAsync(new GetInfoRequest { Namespace = Unknown }));
        await refusal.ByAsync(served.RunAsync($"--namespace {Unknown} limits show"));
    }

    async Task RefusesEveryCommandAsync(Refused refusal, uint token)
    {
        var (local, remote) = (new SocketAddress { Address = "198.18.2.1", Port = 1 }, new SocketAddress { Address = "198.18.2.2", Port = 2 });
        await refusal.ByAsync(served.Connections.CreateSubflowAsync(new CreateSubflowRequest { Token = token, Local = local, Remote = remote }));
        await refusal.ByAsync(served.Connections.CreateSubflowAsync(
            new CreateSubflowRequest { Token = token, Local = local, LocalId = 3, Remote = remote, Wait = ServedPair.LongWait }));
        await refusal.ByAsync(served.Connections.DestroySubflowAsync(new DestroySubflowRequest { Token = token, Local = local, Remote = remote }));
        await refusal.ByAsync(served.Connections.UpdateSubflowAsync(new UpdateSubflowRequest
        {
            Token = token,
            Subflow = new Subflow { Local = local, Remote = remote, Backup = true },
            UpdateMask = new FieldMask { Paths = { "backup" } },
        }));
        await refusal.ByAsync(served.Connections.AnnounceAddressAsync(
            new AnnounceAddressRequest { Token = token, Address = local, AddressId = 2 }));
        await refusal.ByAsync(served.Connections.WithdrawAddressAsync(new WithdrawAddressRequest { Token = token, AddressId = 2 }));

        await Task.WhenAll(
            refusal.ByAsync(served.RunAsync($"subflow create {token} --local 198.18.2.1 --remote 198.18.2.2:2")),
            refusal.ByAsync(served.RunAsync($"subflow destroy {token} --local 198.18.2.1:1 --remote 198.18.2.2:2")),
            refusal.ByAsync(served.RunAsync($"subflow set {token} --local 198.18.2.1:1 --remote 198.18.2.2:2 --backup")),
            refusal.ByAsync(served.RunAsync($"address announce {token} 198.18.2.1 --id 2")),
            refusal.ByAsync(served.RunAsync($"address withdraw {token} --id 2")));
    }
}
