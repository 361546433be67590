using Mptcp.Control.V1;
using Mptcp.Kernel.Tests.Support;
using Mptcp.Lab;
using Mptcp.Native.PathManagement;
using Endpoint = Mptcp.Native.PathManagement.Endpoint;

namespace Mptcp.Kernel.Tests.Policies;

/// <summary>Policies of the mode kernel on a real kernel: what its own path manager then does.</summary>
public sealed class KernelModeTests
{
    const string Mesh = "{name: mesh, mode: kernel, strategy: fullmesh, families: ipv4}";
    const string First = "198.18.1.1 Subflow, FullMesh";
    const string Second = "198.18.2.1 Subflow, FullMesh";

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [LabFact]
    public async Task Endpoints_follow_the_interfaces_and_the_kernel_makes_the_subflows()
    {
        await using var host = await KernelModeLab.CreateAsync();
        await host.ApplyAsync(Mesh);
        await host.HasAsync(First, Second);
        var (client, ids) = (host.Lab.Client, host.PathManager.ListEndpoints());
        using var pair = await host.Lab.ConnectAsync(cancellationToken: Cancellation);
        await host.HasSubflowsAsync(pair.Client.Token, 2);

        await client.IpAsync("address add 198.18.2.9/24 dev path2", Cancellation);
        await host.HasAsync(First, Second, "198.18.2.9 Subflow, FullMesh");
        await host.HasSubflowsAsync(pair.Client.Token, 3);
        await client.IpAsync("address delete 198.18.2.9/24 dev path2", Cancellation);
        await host.HasAsync(First, Second);
        await host.HasSubflowsAsync(pair.Client.Token, 2);

        await client.CutPathAsync(2, Cancellation);
        await host.HasAsync(First);
        await client.RestorePathAsync(2, Cancellation);
        await host.HasAsync(First, Second);
        await host.HasSubflowsAsync(pair.Client.Token, 2);
        Assert.Equal(ids, host.PathManager.ListEndpoints());
    }

    [LabFact]
    public async Task A_lost_carrier_alone_takes_no_endpoint()
    {
        await using var host = await KernelModeLab.CreateAsync();
        await host.ApplyAsync(Mesh);
        await host.HasAsync(First, Second);

        await host.Lab.Server.CutPathAsync(2, Cancellation);
        await host.Lab.Client.IpAsync("address add 198.18.1.9/24 dev path1", Cancellation);

        await host.HasAsync(First, "198.18.1.9 Subflow, FullMesh", Second);
    }

    [LabFact]
    public async Task A_killed_daemon_leaves_nothing_unknown_to_the_next_and_another_policy_leaves_all_as_it_was()
    {
        await using var host = await KernelModeLab.CreateAsync();
        var before = host.PathManager.GetLimits();
        var others = new Endpoint(host.Lab.Client.GetPath(2).IPv6) { Id = 99, Flags = EndpointFlags.Subflow };
        host.PathManager.AddEndpoint(others);
        await host.ApplyAsync(Mesh);
        await host.HasAsync(First, Second, "2001:db8:2::1 Subflow");
        await host.HasLimitsAsync(8, 8);

        await host.Daemon.KillAsync();
        await host.Lab.Client.IpAsync("address delete 198.18.2.1/24 dev path2", Cancellation);
        await host.Daemon.StartAgainAsync();
        await host.HasAsync(First, "2001:db8:2::1 Subflow");

        await host.Daemon.KillAsync();
        await host.Daemon.StartAgainAsync();
        await host.ApplyAsync("{name: rest, strategy: none}");
        await host.HasAsync("2001:db8:2::1 Subflow");
        await host.HasLimitsAsync(before.Subflows, before.AcceptedAddresses);
    }

    [LabFact]
    public async Task No_connection_loses_its_last_subflow_when_another_policy_decides()
    {
        await using var host = await KernelModeLab.CreateAsync();
        await host.ApplyAsync(Mesh);
        await host.HasAsync(First, Second);
        using (var pair = await host.Lab.ConnectAsync(cancellationToken: Cancellation))
        {
            await host.HasSubflowsAsync(pair.Client.Token, 2);
            await host.ApplyAsync("");
            await host.HasSubflowsAsync(pair.Client.Token, 1);
            await pair.ExchangeAsync(Cancellation);
            var left = Assert.Single((await host.ExplainAsync()).Endpoints);
            Assert.Contains("only subflow", left.Reason, StringComparison.Ordinal);
        }

        await host.HasAsync();
    }

    [LabFact]
    public async Task A_changed_policy_changes_what_can_be_changed_while_connections_go_on()
    {
        await using var host = await KernelModeLab.CreateAsync();
        await host.ApplyAsync(Mesh);
        await host.HasAsync(First, Second);
        using var pair = await host.Lab.ConnectAsync(cancellationToken: Cancellation);
        await host.HasSubflowsAsync(pair.Client.Token, 2);

        await host.ApplyAsync("{name: mesh, mode: kernel, strategy: per-interface, families: ipv4, backup: {interfaces: path2}, bind_interface: true}");
        await host.HasAsync("198.18.1.1 Subflow", "198.18.2.1 Subflow, Backup");
        await host.HasSubflowsAsync(pair.Client.Token, 2);
        await pair.ExchangeAsync(Cancellation);
    }

    [LabFact]
    public async Task Addresses_are_announced_with_a_port_at_which_the_kernel_listens()
    {
        await using var host = await KernelModeLab.CreateAsync();
        await host.ApplyAsync("{name: door, mode: kernel, strategy: none, families: ipv4, announce: [{interfaces: path2, port: 8443}, {interfaces: path1}]}");

        await host.HasAsync("198.18.1.1 Signal", "198.18.2.1:8443 Signal");
        await host.HasLimitsAsync(8, 0);
    }

    [LabFact]
    public async Task That_new_connections_do_not_use_endpoints_is_remarked()
    {
        await using var host = await KernelModeLab.CreateAsync();
        await host.ApplyAsync(Mesh);
        Assert.Empty((await host.ExplainAsync()).Remark);

        host.Lab.Client.SetSysctl("net.mptcp.pm_type", "1");

        Assert.Contains("userspace path manager", (await host.ExplainAsync()).Remark, StringComparison.Ordinal);
    }

    [LabFact]
    public async Task What_a_policy_would_do_to_a_namespace_is_previewed_and_monitored()
    {
        await using var host = await KernelModeLab.CreateAsync();
        var request = new ApplyPoliciesRequest { Yaml = $"policies: [{Mesh}]", ValidateOnly = true, Enforcement = PolicyEnforcement.Monitor };
        var answer = await host.Daemon.Client.Policies.ApplyPoliciesAsync(request, cancellationToken: Cancellation);
        var preview = Assert.Single(answer.Preview.Namespaces);

        request.ValidateOnly = false;
        await host.Daemon.Client.Policies.ApplyPoliciesAsync(request, cancellationToken: Cancellation);
        Assert.Equal(preview, await host.ExplainAsync());
        Assert.Equal([EndpointStep.Add, EndpointStep.Add], preview.Endpoints.Select(one => one.Step));
        Assert.Empty(host.PathManager.ListEndpoints());
    }

    [LabFact]
    public async Task More_endpoints_than_the_kernel_takes_are_explained()
    {
        await using var host = await KernelModeLab.CreateAsync(paths: 1);
        for (var number = 10; number < 90; number++)
            await host.Lab.Client.IpAsync($"address add 198.18.1.{number}/24 dev path1", Cancellation);
        await host.ApplyAsync("{name: mesh, mode: kernel, families: ipv4, max_subflows: 254}");
        await LabWait.UntilAsync("refused endpoints", async _ => (await host.ExplainAsync()).Endpoints.Any(one => one.Failures > 0), cancellationToken: Cancellation);

        var explained = await host.ExplainAsync();
        Assert.Equal(81, explained.Endpoints.Count);
        Assert.All(explained.Endpoints.Where(one => one.Id == 0 && one.Step == EndpointStep.Unspecified), one =>
            Assert.Contains("takes no more endpoints", one.Reason, StringComparison.Ordinal));
        Assert.Equal(explained.Limits.Wanted, explained.Limits.Current);
        Assert.Contains("no more than", explained.Limits.Reason, StringComparison.Ordinal);
    }
}
