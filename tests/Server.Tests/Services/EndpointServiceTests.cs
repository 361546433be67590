using System.Net.Sockets;
using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Tests.Support;
using Flag = Mptcp.Control.V1.EndpointFlag;

namespace Mptcp.ControlPlane.Server.Tests.Services;

public sealed class EndpointServiceTests
{
    [LabFact]
    public async Task An_endpoint_is_created_with_an_id_of_the_kernels_choice_and_read_updated_listed_and_deleted()
    {
        await using var host = await ServedLab.StartAsync();
        var created = await CreateAsync(host, new Endpoint { Address = "2001:DB8::0:7", Flags = { Flag.Subflow }, Interface = "lo" });
        Assert.Equal(new Endpoint { Address = "2001:db8::7", Id = 1, Interface = "lo", InterfaceIndex = 1, Flags = { Flag.Subflow } }, created);

        var updated = await host.Endpoints.UpdateEndpointAsync(
            new UpdateEndpointRequest { Endpoint = new Endpoint { Id = 1, Flags = { Flag.Fullmesh, Flag.Backup, Flag.Subflow } } });
        Assert.Equal([Flag.Subflow, Flag.Backup, Flag.Fullmesh], updated.Endpoint.Flags);
        Assert.Equal(updated.Endpoint, (await host.Endpoints.GetEndpointAsync(new GetEndpointRequest { Id = 1 })).Endpoint);

        var own = host.Lab.Client.GetPath(1).Address(AddressFamily.InterNetwork).ToString();
        var other = await CreateAsync(host, new Endpoint { Address = $"::ffff:{own}", Id = 200, Port = 4000, Flags = { Flag.Signal } });
        Assert.Equal(new Endpoint { Address = own, Id = 200, Port = 4000, Flags = { Flag.Signal } }, other);
        Assert.Equal([updated.Endpoint, other], (await host.Endpoints.ListEndpointsAsync(new ListEndpointsRequest())).Endpoints);
        Assert.Empty((await host.Endpoints.ListEndpointsAsync(
            new ListEndpointsRequest { Namespace = host.Lab.Server.NamespacePath })).Endpoints);

        await host.Endpoints.DeleteEndpointAsync(new DeleteEndpointRequest { Id = 1 });
        Assert.Equal([other], (await host.Endpoints.ListEndpointsAsync(new ListEndpointsRequest())).Endpoints);
        await host.Endpoints.FlushEndpointsAsync(new FlushEndpointsRequest());
        Assert.Empty((await host.Endpoints.ListEndpointsAsync(new ListEndpointsRequest())).Endpoints);
    }

    [LabFact]
    public async Task Every_violation_of_a_new_endpoint_is_told_at_once()
    {
        await using var host = await ServedLab.StartAsync();
        var endpoint = new Endpoint
        {
            Address = "0.0.0.0",
            Port = 65536,
            Id = 256,
            InterfaceIndex = -1,
            Flags = { Flag.Unspecified, Flag.Implicit, Flag.Subflow, Flag.Subflow, (Flag)99 },
        };
        await host.Endpoints.CreateEndpointAsync(new CreateEndpointRequest { Endpoint = endpoint }).ViolatesAsync(
            "endpoint.address", "endpoint.port", "endpoint.id", "endpoint.flags[0]", "endpoint.flags[1]", "endpoint.flags[3]",
            "endpoint.flags[4]", "endpoint.interface_index");
        await host.Endpoints.CreateEndpointAsync(new CreateEndpointRequest()).ViolatesAsync("endpoint");
        await host.Endpoints.CreateEndpointAsync(new CreateEndpointRequest
        {
            Endpoint = new Endpoint { Address = "198.18.0.9", Port = 4000, Flags = { Flag.Subflow } },
        }).ViolatesAsync("endpoint.port");
        Assert.Empty((await host.Endpoints.ListEndpointsAsync(new ListEndpointsRequest())).Endpoints);
    }

    [LabTheory]
    [InlineData("198.18.0.10", 3, "EBUSY")]
    [InlineData("198.18.0.9", 0, "EEXIST")]
    public async Task An_id_or_address_that_is_taken_is_refused(string address, uint id, string errno)
    {
        await using var host = await ServedLab.StartAsync();
        await CreateAsync(host, new Endpoint { Address = "198.18.0.9", Id = 3, Flags = { Flag.Subflow } });

        var error = await Creating(host, new Endpoint { Address = address, Id = id })
            .RefusedAsync(StatusCode.AlreadyExists, ErrorReason.EndpointExists);

        Assert.Equal(errno, error.ErrnoName);
        Assert.Contains(error.KernelText!, error.Message, StringComparison.Ordinal);
    }

    [LabFact]
    public async Task A_port_is_announced_only_with_an_address_of_the_host()
    {
        await using var host = await ServedLab.StartAsync();
        var endpoint = new Endpoint { Address = "198.18.0.200", Port = 4000, Flags = { Flag.Signal } };
        var error = await Creating(host, endpoint).RefusedAsync(StatusCode.FailedPrecondition, ErrorReason.AddressNotAvailable);
        Assert.Equal("EADDRNOTAVAIL", error.ErrnoName);
    }

    [LabFact]
    public async Task When_the_kernel_has_no_room_the_resource_is_exhausted()
    {
        await using var host = await ServedLab.StartAsync();
        var created = 0;
        RpcException? refusal = null;
        // 8 on today's kernels, 64 on those to come; there are no more ids than 255.
        while (refusal is null && created <= 255)
        {
            try
            {
                await CreateAsync(host, new Endpoint { Address = $"198.18.1.{created + 1}", Flags = { Flag.Signal } });
                created++;
            }
            catch (RpcException exception)
            {
                refusal = exception;
            }
        }

        var error = Client.ControlPlaneError.From(refusal!);
        Assert.Equal((StatusCode.ResourceExhausted, ErrorReason.EndpointsExhausted), (error.StatusCode, error.Reason));
        Assert.True(error.ErrnoName is "ERANGE" or "ENOSPC", error.Message);
        Assert.Equal(created, (await host.Endpoints.ListEndpointsAsync(new ListEndpointsRequest())).Endpoints.Count);
    }

    [LabTheory]
    [InlineData(Flag.Signal, Flag.Fullmesh, 0)]
    [InlineData(Flag.Signal, Flag.Subflow, 4000)]
    public async Task Flags_that_the_kernel_does_not_take_together_are_refused_in_its_words(Flag one, Flag other, int port)
    {
        await using var host = await ServedLab.StartAsync();
        var error = await Creating(host, new Endpoint { Address = "198.18.0.9", Port = (uint)port, Flags = { one, other } })
            .RefusedAsync(StatusCode.InvalidArgument, ErrorReason.InvalidRequest);
        Assert.Equal("EINVAL", error.ErrnoName);
        Assert.Contains("flags", error.KernelText!, StringComparison.Ordinal);
        Assert.Equal([("endpoint.flags", error.KernelText!)], error.Violations.Select(violation => (violation.Field, violation.Description)));
    }

    [LabFact]
    public async Task A_flag_that_the_kernel_does_not_know_leaves_nothing_behind()
    {
        await using var host = await ServedLab.StartAsync();
        var creating = Creating(host, new Endpoint { Address = "198.18.0.9", Flags = { Flag.Laminar } });
        try
        {
            Assert.Equal([Flag.Laminar], (await creating).Endpoint.Flags); // This kernel knows it.
        }
        catch (RpcException)
        {
            await creating.RefusedAsync(StatusCode.Unimplemented, ErrorReason.KernelFeatureMissing);
            Assert.Empty((await host.Endpoints.ListEndpointsAsync(new ListEndpointsRequest())).Endpoints);
        }
    }

    [LabFact]
    public async Task An_interface_is_found_by_name_or_index_and_both_must_agree()
    {
        await using var host = await ServedLab.StartAsync();
        var path = await CreateAsync(host, new Endpoint { Address = "198.18.0.9", Interface = "path2", Flags = { Flag.Subflow } });
        Assert.True(path.InterfaceIndex > 1);
        var byIndex = await CreateAsync(
            host, new Endpoint { Address = "198.18.0.10", InterfaceIndex = path.InterfaceIndex, Flags = { Flag.Subflow } });
        Assert.Equal("path2", byIndex.Interface);

        await Creating(host, new Endpoint { Address = "198.18.0.11", Interface = "path2", InterfaceIndex = 1 })
            .ViolatesAsync("endpoint.interface_index");
        await Creating(host, new Endpoint { Address = "198.18.0.11", Interface = "nowhere0" })
            .RefusedAsync(StatusCode.NotFound, ErrorReason.InterfaceNotFound);
        await Creating(host, new Endpoint { Address = "198.18.0.11", Interface = "a-name-longer-than-any-interface-has" })
            .RefusedAsync(StatusCode.NotFound, ErrorReason.InterfaceNotFound);
        await Creating(host, new Endpoint { Address = "198.18.0.11", InterfaceIndex = 65000 })
            .RefusedAsync(StatusCode.NotFound, ErrorReason.InterfaceNotFound);
    }

    [LabFact]
    public async Task An_update_changes_backup_and_fullmesh_and_refuses_the_rest()
    {
        await using var host = await ServedLab.StartAsync();
        await CreateAsync(host, new Endpoint { Address = "198.18.0.9", Id = 3, Flags = { Flag.Signal } });

        await Updating(host, new Endpoint { Id = 3, Flags = { Flag.Subflow, Flag.Backup } }).ViolatesAsync("endpoint.flags");
        await Updating(host, new Endpoint { Id = 0, Flags = { Flag.Implicit } }).ViolatesAsync("endpoint.id", "endpoint.flags[0]");
        await Updating(host, new Endpoint { Id = 3 }, "flags", "address", "port").ViolatesAsync("update_mask", "update_mask");
        await host.Endpoints.UpdateEndpointAsync(new UpdateEndpointRequest()).ViolatesAsync("endpoint");
        await Updating(host, new Endpoint { Id = 9 }).RefusedAsync(StatusCode.NotFound, ErrorReason.EndpointNotFound);
        var together = await Updating(host, new Endpoint { Id = 3, Flags = { Flag.Signal, Flag.Fullmesh } })
            .RefusedAsync(StatusCode.InvalidArgument, ErrorReason.InvalidRequest);
        Assert.Equal("EINVAL", together.ErrnoName);

        var after = (await host.Endpoints.GetEndpointAsync(new GetEndpointRequest { Id = 3 })).Endpoint;
        Assert.Equal([Flag.Signal], after.Flags);
        Assert.Equal([Flag.Signal, Flag.Backup], (await Updating(host, new Endpoint { Id = 3, Flags = { Flag.Signal, Flag.Backup } }, "flags")).Endpoint.Flags);
    }

    [LabFact]
    public async Task An_endpoint_that_is_not_there_is_not_found()
    {
        await using var host = await ServedLab.StartAsync();
        var get = await host.Endpoints.GetEndpointAsync(new GetEndpointRequest { Id = 9 })
            .RefusedAsync(StatusCode.NotFound, ErrorReason.EndpointNotFound);
        Assert.Equal((22, "EINVAL"), (get.Errno, get.ErrnoName));
        await host.Endpoints.DeleteEndpointAsync(new DeleteEndpointRequest { Id = 9 })
            .RefusedAsync(StatusCode.NotFound, ErrorReason.EndpointNotFound);

        await host.Endpoints.GetEndpointAsync(new GetEndpointRequest()).ViolatesAsync("id");
        await host.Endpoints.GetEndpointAsync(new GetEndpointRequest { Id = 256 }).ViolatesAsync("id");
        await host.Endpoints.DeleteEndpointAsync(new DeleteEndpointRequest()).ViolatesAsync("address");
        await host.Endpoints.DeleteEndpointAsync(new DeleteEndpointRequest { Id = 4, Address = "198.18.0.9" }).ViolatesAsync("address");
        await host.Endpoints.DeleteEndpointAsync(new DeleteEndpointRequest { Address = "198.18.0.9" });
    }

    [LabFact]
    public async Task A_namespace_that_is_not_served_is_not_found()
    {
        await using var host = await ServedLab.StartAsync();
        var error = await host.Endpoints.ListEndpointsAsync(new ListEndpointsRequest { Namespace = "nowhere" })
            .RefusedAsync(StatusCode.NotFound, ErrorReason.NamespaceUnknown);
        Assert.Equal("nowhere", error.Metadata["namespace"]);
    }

    [LabFact]
    public async Task Limits_are_set_one_by_one_and_refused_above_the_kernels_own()
    {
        await using var host = await ServedLab.StartAsync();
        await host.Endpoints.UpdateLimitsAsync(new UpdateLimitsRequest { Limits = new Limits { Subflows = 4, AddAddrAccepted = 3 } });
        var one = await host.Endpoints.UpdateLimitsAsync(new UpdateLimitsRequest { Limits = new Limits { AddAddrAccepted = 0 } });
        Assert.Equal(new Limits { Subflows = 4, AddAddrAccepted = 0 }, one.Limits);

        var error = await host.Endpoints.UpdateLimitsAsync(new UpdateLimitsRequest { Limits = new Limits { Subflows = 100_000 } })
            .RefusedAsync(StatusCode.OutOfRange, ErrorReason.LimitTooHigh);
        Assert.Equal("EINVAL", error.ErrnoName);
        Assert.Contains("limit greater than maximum", error.KernelText!, StringComparison.Ordinal);
        await host.Endpoints.UpdateLimitsAsync(new UpdateLimitsRequest()).ViolatesAsync("limits");
        Assert.Equal(one.Limits, (await host.Endpoints.GetLimitsAsync(new GetLimitsRequest())).Limits);
    }

    private static AsyncUnaryCall<CreateEndpointResponse> Creating(ServedLab host, Endpoint endpoint)
        => host.Endpoints.CreateEndpointAsync(new CreateEndpointRequest { Endpoint = endpoint });

    private static async Task<Endpoint> CreateAsync(ServedLab host, Endpoint endpoint) => (await Creating(host, endpoint)).Endpoint;

    private static AsyncUnaryCall<UpdateEndpointResponse> Updating(ServedLab host, Endpoint endpoint, params string[] mask)
        => host.Endpoints.UpdateEndpointAsync(new UpdateEndpointRequest
        {
            Endpoint = endpoint,
            UpdateMask = new Google.Protobuf.WellKnownTypes.FieldMask { Paths = { mask } },
        });
}
