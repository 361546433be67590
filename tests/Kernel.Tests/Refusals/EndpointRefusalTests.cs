using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Client;
using Mptcp.Kernel.Tests.Support;

namespace Mptcp.Kernel.Tests.Refusals;

/// <summary>Endpoints, limits and sysctls that the kernel does not take.</summary>
public class EndpointRefusalTests(ServedLab served) : IClassFixture<ServedLab>
{
    const string HowToSeeEndpoints = "'mptcpctl endpoint list' shows";

    EndpointService.EndpointServiceClient Endpoints => served.Client.Endpoints;

    [LabTheory]
    [InlineData("198.18.1.1", "198.18.2.1")]
    [InlineData("2001:db8:1::1", "2001:db8:2::1")]
    public async Task An_address_or_an_id_that_an_endpoint_has_is_taken(string address, string other)
    {
        await Endpoints.FlushEndpointsAsync(new FlushEndpointsRequest());
        await Endpoints.CreateEndpointAsync(Creating(address, id: 7));
        var taken = new Refused(StatusCode.AlreadyExists, ErrorReason.EndpointExists, HowToSeeEndpoints) { Kernel = "duplicate" };

        await (taken with { Errno = "EEXIST" }).ByAsync(Endpoints.CreateEndpointAsync(Creating(address, id: 0)));
        await (taken with { Errno = "EEXIST" }).ByAsync(served.RunAsync($"endpoint add {address} --flags subflow"));
        await (taken with { Errno = "EBUSY" }).ByAsync(Endpoints.CreateEndpointAsync(Creating(other, id: 7)));
        await (taken with { Errno = "EBUSY" }).ByAsync(served.RunAsync($"endpoint add {other} --id 7 --flags subflow"));
        Assert.Single((await Endpoints.ListEndpointsAsync(new ListEndpointsRequest())).Endpoints);
    }

    [LabFact]
    public async Task One_endpoint_more_than_the_kernel_holds_is_too_many()
    {
        await Endpoints.FlushEndpointsAsync(new FlushEndpointsRequest());
        var added = 0;
        ControlPlaneError? refusal = null;
        while (refusal is null && added < 255)
        {
            try
            {
                await Endpoints.CreateEndpointAsync(Creating($"198.18.200.{added + 1}", id: 0));
                added++;
            }
            catch (RpcException exception)
            {
                refusal = ControlPlaneError.From(exception);
            }
        }

        var full = new Refused(StatusCode.ResourceExhausted, ErrorReason.EndpointsExhausted, HowToSeeEndpoints)
        {
            Errno = refusal!.ErrnoName,
            Kernel = refusal.KernelText,
        };
        Assert.True(full.Errno is "ERANGE" or "ENOSPC", full.Errno); // kernels differ
        await full.ByAsync(Endpoints.CreateEndpointAsync(Creating("198.18.201.1", id: 0)));
        await full.ByAsync(served.RunAsync("endpoint add 198.18.201.1 --flags subflow"));
        Assert.Equal(added, (await Endpoints.ListEndpointsAsync(new ListEndpointsRequest())).Endpoints.Count);
    }

    [LabFact]
    public async Task An_unknown_endpoint_is_not_found()
    {
        var unknown = new Refused(StatusCode.NotFound, ErrorReason.EndpointNotFound, HowToSeeEndpoints) { Errno = "EINVAL", Kernel = "not found" };

        await unknown.ByAsync(Endpoints.GetEndpointAsync(new GetEndpointRequest { Id = 99 }));
        await unknown.ByAsync(Endpoints.DeleteEndpointAsync(new DeleteEndpointRequest { Id = 99 }));
        await unknown.ByAsync(Endpoints.UpdateEndpointAsync(new UpdateEndpointRequest { Endpoint = new Endpoint { Id = 99 } }));
        await unknown.ByAsync(served.RunAsync("endpoint delete --id 99"));
        await unknown.ByAsync(served.RunAsync("endpoint set --id 99 --flags subflow,backup"));
    }

    [LabFact]
    public async Task A_limit_above_the_kernels_is_out_of_range()
    {
        var before = await Endpoints.GetLimitsAsync(new GetLimitsRequest());
        var tooHigh = new Refused(StatusCode.OutOfRange, ErrorReason.LimitTooHigh, "give a lower limit")
        {
            Errno = "EINVAL",
            Kernel = "limit greater than maximum",
        };

        await tooHigh.ByAsync(Endpoints.UpdateLimitsAsync(new UpdateLimitsRequest { Limits = new Limits { Subflows = 100_000 } }));
        await tooHigh.ByAsync(Endpoints.UpdateLimitsAsync(new UpdateLimitsRequest { Limits = new Limits { AddAddrAccepted = 100_000 } }));
        await tooHigh.ByAsync(served.RunAsync("limits set --subflows 100000"));
        Assert.Equal(before, await Endpoints.GetLimitsAsync(new GetLimitsRequest()));
    }

    [LabFact]
    public async Task A_sysctl_takes_only_what_the_kernel_takes()
    {
        var unknown = new Refused(StatusCode.NotFound, ErrorReason.SysctlNotFound, "'mptcpctl node sysctls' lists those there are");
        var refused = new Refused(StatusCode.InvalidArgument, ErrorReason.SysctlRefused, "shows which can be written") { Errno = "EINVAL" };
        var fixedOne = new Refused(StatusCode.FailedPrecondition, ErrorReason.SysctlRefused, "shows which can be written");

        await unknown.ByAsync(Setting("no_such_thing", "1"));
        await unknown.ByAsync(served.RunAsync("node set no_such_thing=1"));
        await refused.ByAsync(Setting("pm_type", "7"));
        await refused.ByAsync(served.RunAsync("node set pm_type=7"));
        await fixedOne.ByAsync(Setting("available_schedulers", "default"));
        await fixedOne.ByAsync(served.RunAsync("node set available_schedulers=default"));
        Assert.Equal("1", served.Lab.Client.GetSysctl("net.mptcp.pm_type"));
    }

    AsyncUnaryCall<UpdateSysctlsResponse> Setting(string name, string value) =>
        served.Client.Node.UpdateSysctlsAsync(new UpdateSysctlsRequest { Sysctls = { new Sysctl { Name = name, Value = value } } });

    static CreateEndpointRequest Creating(string address, uint id) =>
        new() { Endpoint = new Endpoint { Address = address, Id = id, Flags = { EndpointFlag.Subflow } } };
}
