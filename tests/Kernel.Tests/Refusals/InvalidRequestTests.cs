using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.Kernel.Tests.Support;

namespace Mptcp.Kernel.Tests.Refusals;

/// <summary>Requests and command lines that make no sense, whatever the kernel holds.</summary>
public class InvalidRequestTests(ServedLab served) : IClassFixture<ServedLab>
{
    [LabFact]
    public async Task Everything_that_is_wrong_with_a_request_is_told_at_once()
    {
        await ViolatesAsync(
            served.Connections.CreateSubflowAsync(new CreateSubflowRequest
            {
                Token = 1,
                Local = new SocketAddress { Address = "198.18.1", Port = 70_000 },
                Remote = new SocketAddress { Address = "0.0.0.0" },
                LocalId = 256,
            }),
            "local.address", "local.port", "remote.address", "remote.port", "local_id");
        await ViolatesAsync(
            served.Connections.AnnounceAddressAsync(
                new AnnounceAddressRequest { Token = 1, Address = new SocketAddress { Address = "::", Port = 65_536 } }),
            "address.address", "address.port", "address_id");
        await ViolatesAsync(
            served.Connections.DestroySubflowAsync(new DestroySubflowRequest { Token = 1, Local = new SocketAddress { Address = "fe80::1%eth0" } }),
            "local.address", "local.port", "remote");
        await ViolatesAsync(
            served.Connections.UpdateSubflowAsync(new UpdateSubflowRequest { Token = 1 }), "update_mask", "subflow.local", "subflow.remote");
        await ViolatesAsync(served.Connections.WithdrawAddressAsync(new WithdrawAddressRequest { Token = 1, AddressId = 256 }), "address_id");
        await ViolatesAsync(
            served.Client.Endpoints.CreateEndpointAsync(new CreateEndpointRequest
            {
                Endpoint = new Endpoint { Address = "239.1.1.1", Id = 300, Port = 80, Flags = { EndpointFlag.Subflow, EndpointFlag.Subflow } },
            }),
            "endpoint.address", "endpoint.id", "endpoint.flags[1]", "endpoint.port");
    }

    [LabFact]
    public async Task Two_families_in_one_subflow_are_refused_by_daemon_and_command_line()
    {
        await using var pair = await served.ConnectAsync(AddressKind.IPv6);
        var create = pair.SubflowOver(path: 2);
        create.Local = new SocketAddress { Address = "198.18.2.1" };

        await ViolatesAsync(served.Connections.CreateSubflowAsync(create), "remote");
        (await served.RunAsync($"subflow create {pair.Token} --local 198.18.2.1 --remote [2001:db8:2::2]:80")).Failed(1, "must be of one family");
        Assert.Single((await pair.GetAsync()).Subflows);
    }

    [LabTheory]
    [InlineData("subflow create 1 --local 198.18.1 --remote 198.18.2.2:80", "198.18.1")]
    [InlineData("subflow create 1 --local 198.18.2.1 --remote 198.18.2.2:70000", "70000")]
    [InlineData("subflow create 1 --local 198.18.2.1 --remote 198.18.2.2", "198.18.2.2")]
    [InlineData("subflow create 1 --local 198.18.2.1 --local-id 256 --remote 198.18.2.2:80", "256")]
    [InlineData("subflow create nonsense --local 198.18.2.1 --remote 198.18.2.2:80", "nonsense")]
    [InlineData("address announce 1 198.18.2.1 --id 0", "0")]
    [InlineData("endpoint add 198.18.2.1 --flags sideways", "sideways")]
    [InlineData("limits set", "nothing to set")]
    [InlineData("subflow", "a command is missing")]
    public async Task A_command_line_that_makes_no_sense_is_bad_usage(string commandLine, string culprit) =>
        (await served.RunAsync(commandLine)).Failed(2, culprit, "--help");

    [LabFact]
    public async Task A_daemon_that_is_not_there_cannot_be_reached()
    {
        var run = await served.RunAsync("--address unix:/nowhere/control.sock limits show");

        run.Failed(3, "unix:/nowhere/control.sock", "is the daemon running?");
    }

    [LabFact]
    public async Task A_failed_subflow_is_one_line_and_says_why()
    {
        await using var pair = await served.ConnectAsync();

        (await served.RunAsync($"subflow create {pair.Token} --local 198.18.2.1 --remote 198.18.2.2:9 --wait 10s"))
            .Failed(1, "refused: ECONNREFUSED (111): nothing listens at 198.18.2.2:9");
    }

    static async Task ViolatesAsync<T>(AsyncUnaryCall<T> call, params string[] fields)
    {
        var refusal = await ServedLab.RefusalOfAsync(call);
        Assert.Equal((StatusCode.InvalidArgument, ErrorReason.InvalidRequest), (refusal.StatusCode, refusal.Reason));
        Assert.Equal(fields, refusal.Violations.Select(violation => violation.Field));
        Assert.All(refusal.Violations, violation => Assert.NotEmpty(violation.Description));
    }
}
