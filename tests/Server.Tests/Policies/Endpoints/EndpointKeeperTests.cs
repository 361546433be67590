using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Mptcp.ControlPlane.Server.Kernel.Commands;
using Mptcp.ControlPlane.Server.Policies.Documents;
using Mptcp.ControlPlane.Server.Policies.Enforcement;
using Mptcp.ControlPlane.Server.Policies.Reconciliation.Endpoints;
using Mptcp.ControlPlane.Server.Policies.Revisions;
using Mptcp.Native.PathManagement;
using Endpoint = Mptcp.Native.PathManagement.Endpoint;

namespace Mptcp.ControlPlane.Server.Tests.Policies.Endpoints;

/// <summary>Endpoints and limits of a namespace, kept as its policy wants.</summary>
public sealed class EndpointKeeperTests : IDisposable
{
    private const string A = "198.18.1.1";
    private const string B = "198.18.2.1";

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("mptcp-endpoint-tests-");
    private readonly EndpointHost _host;

    public EndpointKeeperTests()
    {
        _host = new EndpointHost(_directory.FullName);
        _host.SetInterface(2, "eth0", hasCarrier: true, A);
        _host.SetInterface(3, "wwan0", hasCarrier: true, B);
    }

    [Theory]
    [InlineData("strategy: fullmesh", $"{A} Subflow, FullMesh", $"{B} Subflow, FullMesh")]
    [InlineData("strategy: per-interface", $"{A} Subflow", $"{B} Subflow")]
    [InlineData("strategy: none")]
    [InlineData("strategy: fullmesh, interfaces: {deny: wwan0}", $"{A} Subflow, FullMesh")]
    [InlineData("families: ipv6")]
    [InlineData("backup: {interfaces: wwan0}", $"{A} Subflow, FullMesh", $"{B} Subflow, Backup, FullMesh")]
    [InlineData("strategy: none, backup: {interfaces: wwan0}", $"{B} Backup")]
    [InlineData("strategy: none, announce: [{interfaces: wwan0}]", $"{B} Signal")]
    [InlineData("strategy: fullmesh, announce: [{interfaces: wwan0}]", $"{A} Subflow, FullMesh", $"{B} Signal, Subflow")]
    [InlineData("strategy: fullmesh, announce: [{interfaces: wwan0, port: 8443}]", $"{A} Subflow, FullMesh", $"{B} Subflow, FullMesh", $"{B}:8443 Signal")]
    [InlineData("strategy: none, announce: [{address: 192.0.2.1}]", "192.0.2.1 Signal")]
    public void A_policy_has_endpoints_with_flags(string keys, params string[] expected)
    {
        _host.Apply(keys);

        Assert.Equal(expected, _host.Kernel.Words);
    }

    [Theory]
    [InlineData("max_subflows: 4", 4, 4)]
    [InlineData("max_subflows: 4, remotes: initial", 4, 0)]
    [InlineData("max_subflows: 4, strategy: none", 4, 0)]
    [InlineData("max_subflows: 200", 8, 8)]
    public void A_policy_has_limits_as_far_as_the_kernel_takes_them(string keys, uint subflows, uint accepted)
    {
        _host.Apply(keys);

        Assert.Equal(new EndpointLimits(subflows, accepted), _host.Kernel.Limits);
        _host.ApplyNothing();
        Assert.Equal(new EndpointLimits(2, 0), _host.Kernel.Limits);
    }

    [Fact]
    public void A_kernel_that_does_not_say_what_it_takes_is_asked_for_less()
    {
        (_host.Kernel.NamesHighest, _host.Kernel.Highest) = (false, 64);
        _host.Apply("max_subflows: 100");
        _host.Pass(10);

        Assert.Equal(new EndpointLimits(64, 64), _host.Kernel.Limits);
        Assert.Equal("this kernel takes no more than 64", _host.Explain().Limits!.Reason);
    }

    [Fact]
    public void An_interface_has_one_address_of_each_family()
    {
        _host.SetInterface(2, "eth0", hasCarrier: true, $"{A}?", "198.18.1.9", "198.18.1.10", "2001:db8::1");
        _host.RemoveInterface(3);
        _host.Apply("strategy: per-interface");
        _host.SetInterface(2, "eth0", hasCarrier: true, A, "198.18.1.9", "198.18.1.10", "2001:db8::1");
        _host.Pass(0);

        Assert.Equal(["198.18.1.9 Subflow", "2001:db8::1 Subflow"], _host.Kernel.Words);
    }

    [Fact]
    public void An_endpoint_is_made_when_its_address_is_usable_and_stays_until_that_is_gone()
    {
        _host.SetInterface(3, "wwan0", hasCarrier: true, $"{B}?");
        _host.Apply("strategy: fullmesh");
        Assert.Null(_host.Kernel.Find(B));
        Assert.Contains("still being checked", _host.Explain($"{B}:0").Reason, StringComparison.Ordinal);

        _host.SetInterface(3, "wwan0", hasCarrier: true, B);
        _host.Pass(0);
        var made = _host.Kernel.Find(B);
        Assert.NotNull(made);
        _host.SetInterface(3, "wwan0", hasCarrier: false, B);
        _host.Pass(0);
        Assert.Equal(made, _host.Kernel.Find(B));

        _host.RemoveInterface(3);
        _host.Pass(0);
        Assert.Null(_host.Kernel.Find(B));
        _host.SetInterface(3, "wwan0", hasCarrier: true, B);
        _host.Pass(0);
        Assert.Equal(made, _host.Kernel.Find(B));
    }

    [Fact]
    public void What_somebody_else_made_counts_and_stays()
    {
        _host.Kernel.AddNow(new Endpoint(IPAddress.Parse(B)) { Id = 9, Flags = EndpointFlags.Subflow });
        _host.Apply("strategy: fullmesh");

        Assert.Equal([$"{A} Subflow, FullMesh", $"{B} Subflow"], _host.Kernel.Words);
        Assert.Contains("somebody else made it", _host.Explain($"{B}:0").Reason, StringComparison.Ordinal);
        _host.ApplyNothing();
        Assert.Equal([$"{B} Subflow"], _host.Kernel.Words);
    }

    [Fact]
    public void What_somebody_deleted_is_made_again_within_a_minute()
    {
        _host.Apply("strategy: fullmesh");
        _host.Kernel.DeleteNow(_host.Kernel.Find(A)!.Id);
        _host.Pass(60);

        Assert.NotNull(_host.Kernel.Find(A));
    }

    [Fact]
    public void What_the_kernel_made_for_a_subflow_gives_way()
    {
        _host.Kernel.AddNow(new Endpoint(IPAddress.Parse(A)) { Id = 7, Flags = EndpointFlags.Implicit });
        _host.Apply("strategy: fullmesh");

        Assert.Equal((7, EndpointFlags.Subflow | EndpointFlags.FullMesh), (_host.Kernel.Find(A)!.Id, _host.Kernel.Find(A)!.Flags));
        _host.ApplyNothing();
        Assert.Empty(_host.Kernel.All);
    }

    [Fact]
    public void Policies_that_are_monitored_change_nothing_and_are_explained()
    {
        _host.Apply("strategy: fullmesh", PolicyEnforcement.Monitor);
        _host.Pass(120);

        Assert.Equal(0, _host.Kernel.Commands);
        Assert.Equal(EndpointStepKind.Add, _host.Explain($"{A}:0").Step);
        Assert.Equal((new EndpointLimits(8, 8), EndpointStepKind.SetLimits), (_host.Explain().Limits!.Wanted, _host.Explain().Limits!.Step));
    }

    [Fact]
    public void More_endpoints_than_the_kernel_takes_are_explained_and_made_when_there_is_room()
    {
        (_host.Kernel.Highest, _host.Kernel.NamesHighest) = (1, true);
        _host.Apply("strategy: fullmesh, max_subflows: 1");

        var left = _host.Explain($"{B}:0");
        Assert.Equal((EndpointStepKind.None, 1), (left.Step, left.Failures));
        Assert.Equal("the kernel takes no more endpoints: ERANGE", left.Reason);
        Assert.NotNull(left.RetryTime);
        _host.RemoveInterface(2);
        _host.Pass(0);
        Assert.Equal([$"{B} Subflow, FullMesh"], _host.Kernel.Words);
    }

    [Fact]
    public void Flags_that_can_be_changed_are_and_others_need_a_new_endpoint()
    {
        _host.Apply("strategy: fullmesh");
        var made = _host.Kernel.Find(B)!;
        _host.Apply("strategy: fullmesh, backup: {interfaces: wwan0}");
        Assert.Equal(made with { Flags = made.Flags | EndpointFlags.Backup }, _host.Kernel.Find(B));

        _host.Apply("strategy: fullmesh, announce: [{interfaces: wwan0}]");
        Assert.Equal(made with { Flags = EndpointFlags.Signal | EndpointFlags.Subflow }, _host.Kernel.Find(B));
        Assert.Contains("no full mesh", _host.Explain($"{B}:0").Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void No_connection_loses_its_last_subflow_to_a_change_of_policy()
    {
        _host.Apply("strategy: fullmesh");
        _host.Connect(1, A, B);
        _host.ApplyNothing();
        _host.Pass(10);

        var left = Assert.Single(_host.Kernel.All);
        Assert.Single(Assert.Single(_host.Connections).Subflows);
        Assert.Contains("only subflow", _host.Explain($"{left.Address}:0").Reason, StringComparison.Ordinal);
        _host.Connections.Clear();
        _host.Pass(2);
        Assert.Empty(_host.Kernel.All);
    }

    [Fact]
    public void Limits_that_somebody_else_has_set_since_stay()
    {
        _host.Apply("max_subflows: 4");
        _host.Kernel.Limits = new EndpointLimits(7, 7);
        _host.ApplyNothing();

        Assert.Equal(new EndpointLimits(7, 7), _host.Kernel.Limits);
    }

    [Fact]
    public void Another_daemon_knows_what_the_one_before_it_made()
    {
        _host.Apply("strategy: fullmesh, max_subflows: 4");
        var made = _host.Kernel.List();
        _host.Restart();
        _host.Pass(0);
        Assert.Equal(made, _host.Kernel.List());

        _host.Restart();
        _host.ApplyNothing();
        Assert.Empty(_host.Kernel.All);
        Assert.Equal(new EndpointLimits(2, 0), _host.Kernel.Limits);
    }

    [Fact]
    public void Before_a_daemon_knows_its_policies_it_does_nothing()
    {
        _host.Apply("strategy: fullmesh");
        var before = _host.Kernel.Commands;
        var keeper = new EndpointKeeper(
            "edge", _host.Kernel, new EndpointSurroundings(() => [], () => []), new PathIds(new Lock(), new AddressIdTable()),
            new MadeEndpoints(), _host.Time, new Random(1), NullLogger.Instance);
        keeper.Keep();

        Assert.Equal((before, Timeout.InfiniteTimeSpan), (_host.Kernel.Commands, keeper.UntilDue));
    }

    [Fact]
    public void Without_a_state_directory_what_was_made_before_a_restart_is_somebody_elses()
    {
        using var host = new EndpointHost();
        host.SetInterface(2, "eth0", hasCarrier: true, A);
        host.Apply("strategy: fullmesh");
        host.Restart();
        host.ApplyNothing();

        Assert.Single(host.Kernel.All);
    }

    [Fact]
    public void Of_the_policies_of_the_kernel_the_first_that_matches_the_namespace_decides()
    {
        _host.Apply(PolicyDocumentReader.Read("""
            policies:
              - {name: others, mode: kernel, strategy: per-interface, match: {namespaces: core}}
              - {name: here, mode: kernel, strategy: fullmesh, match: {namespaces: "edge*"}}
              - {name: rest, mode: kernel, strategy: none}
            """));

        Assert.Equal("here", _host.Explain().Policy!.Name);
        Assert.Equal([$"{A} Subflow, FullMesh", $"{B} Subflow, FullMesh"], _host.Kernel.Words);
    }

    public void Dispose()
    {
        _host.Dispose();
        _directory.Delete(recursive: true);
    }
}
