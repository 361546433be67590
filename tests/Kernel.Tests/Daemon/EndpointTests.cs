using Mptcp.Control.V1;
using Mptcp.Kernel.Tests.Support;

namespace Mptcp.Kernel.Tests.Daemon;

/// <summary>The in-kernel path manager led through the daemon, with its doings watched there.</summary>
public sealed class EndpointTests(ServedLab served) : IClassFixture<ServedLab>, IDisposable
{
    const uint Id = 6;

    public static TheoryData<AddressKind> Kinds { get; } = [AddressKind.IPv4, AddressKind.IPv6, AddressKind.Mapped];

    EndpointService.EndpointServiceClient Endpoints => served.Client.Endpoints;

    [LabTheory]
    [MemberData(nameof(Kinds))]
    public async Task An_endpoint_makes_a_subflow_that_follows_its_flags_and_its_end(AddressKind kind)
    {
        await using var pair = await ConnectAsync(kind);
        var endpoint = new Endpoint { Address = pair.Local(2).Address, Id = Id, Flags = { EndpointFlag.Subflow } };

        await Endpoints.CreateEndpointAsync(new CreateEndpointRequest { Namespace = pair.Namespace, Endpoint = endpoint });
        var made = await pair.Watch.FirstAsync(EventType.SubflowEstablished, told => told.Token == pair.Token);
        Assert.Equal((endpoint.Address, Id, false), (made.Subflow.Local.Address, made.Subflow.LocalId, made.Subflow.Requested));

        endpoint.Flags.Add(EndpointFlag.Backup);
        await Endpoints.UpdateEndpointAsync(new UpdateEndpointRequest { Namespace = pair.Namespace, Endpoint = endpoint });
        var changed = await pair.Watch.FirstAsync(EventType.SubflowPriority, told => told.Token == pair.PeerToken);
        Assert.True(changed.Subflow.Backup);

        await Endpoints.DeleteEndpointAsync(new DeleteEndpointRequest { Namespace = pair.Namespace, Id = Id });
        foreach (var token in new[] { pair.Token, pair.PeerToken })
            await pair.Watch.FirstAsync(EventType.SubflowClosed, told => told.Token == token);
        Assert.Single((await pair.GetAsync()).Subflows);
        Assert.Empty((await Endpoints.ListEndpointsAsync(new ListEndpointsRequest { Namespace = pair.Namespace })).Endpoints);
    }

    [LabTheory]
    [MemberData(nameof(Kinds))]
    public async Task A_signalled_address_is_announced_and_withdrawn(AddressKind kind)
    {
        await using var pair = await ConnectAsync(kind);
        var endpoint = new Endpoint { Address = pair.Local(3).Address, Id = Id, Flags = { EndpointFlag.Signal } };

        await Endpoints.CreateEndpointAsync(new CreateEndpointRequest { Namespace = pair.Namespace, Endpoint = endpoint });
        var announced = await pair.Watch.FirstAsync(EventType.AddressAnnounced, told => told.Token == pair.PeerToken);
        await Endpoints.FlushEndpointsAsync(new FlushEndpointsRequest { Namespace = pair.Namespace });
        var removed = await pair.Watch.FirstAsync(EventType.AddressRemoved, told => told.Token == pair.PeerToken);

        Assert.Equal((endpoint.Address, Id), (announced.Address.Address.Address, announced.Address.Id));
        Assert.Equal(announced.Address, removed.Address);
    }

    public void Dispose() => SetPathManager("1");

    // Each end gets the path manager of the moment in which its socket is made.
    async Task<ServedPair> ConnectAsync(AddressKind kind)
    {
        SetPathManager("0");
        foreach (var name in new[] { ServedLab.ClientName, ServedLab.ServerName })
        {
            await Endpoints.FlushEndpointsAsync(new FlushEndpointsRequest { Namespace = name });
            var limits = new Limits { Subflows = 4, AddAddrAccepted = 4 };
            await Endpoints.UpdateLimitsAsync(new UpdateLimitsRequest { Namespace = name, Limits = limits });
        }

        return await served.ConnectAsync(kind);
    }

    void SetPathManager(string value)
    {
        served.Lab.Client.SetSysctl("net.mptcp.pm_type", value);
        served.Lab.Server.SetSysctl("net.mptcp.pm_type", value);
    }
}
