using System.Net;
using CsCheck;
using Mptcp.ControlPlane.Server.Policies.Reconciliation.Endpoints;
using Mptcp.ControlPlane.Server.Policies.Revisions;
using Mptcp.Native.PathManagement;
using Endpoint = Mptcp.Native.PathManagement.Endpoint;

namespace Mptcp.ControlPlane.Server.Tests.Policies.Endpoints;

/// <summary>What holds whatever happens: to the host's addresses, the daemon, the policy, and by somebody else's hand.</summary>
public class EndpointKeeperProperties
{
    private static readonly string[] Names = ["eth0", "eth1", "wlan0", "wwan0"];

    private static readonly string[] Policies =
    [
        "strategy: fullmesh", "strategy: per-interface, max_subflows: 3", "strategy: none", "strategy: fullmesh, backup: {interfaces: 'w*'}, remotes: initial",
        "strategy: per-interface, announce: [{interfaces: eth1}], max_subflows: 100", "strategy: fullmesh, announce: [{interfaces: wlan0, port: 8443}, {address: 192.0.2.1}]",
        "strategy: fullmesh, interfaces: {deny: eth1}, bind_interface: true", "strategy: fullmesh, families: ipv6, announce: [{interfaces: eth0}]",
    ];

    private static readonly Gen<(int Kind, int First, int Second)[]> Happenings
        = Gen.Select(Gen.Int[0, 11], Gen.Int[0, 3], Gen.Int[0, 7]).Array[1, 30];

    [Fact]
    public void Endpoints_come_to_rest_and_nobody_elses_is_ever_touched() => Gen.Select(Gen.Int[0, 7], Gen.Int[2, 12], Happenings).Sample((policy, most, happenings) =>
    {
        var directory = Directory.CreateTempSubdirectory("mptcp-endpoint-tests-");
        try
        {
            using var host = new EndpointHost(directory.FullName);
            host.Kernel.Highest = (uint)most;
            var foreign = new Dictionary<byte, Endpoint>();
            foreach (var index in Enumerable.Range(0, Names.Length))
                host.SetInterface(index + 2, Names[index], hasCarrier: true, AddressesOf(index));
            host.Apply(Policies[policy]);
            foreach (var (kind, first, second) in happenings)
            {
                var before = Connected(host);
                Happen(host, foreign, kind, first, second);
                Check(host, foreign);
                // Somebody else may end what runs from an endpoint; policies leave each connection a subflow.
                if (kind is not (9 or 11))
                    Assert.Superset(before, Connected(host));
            }

            // When no policy decides any more, all is as if none ever had.
            host.Connections.Clear();
            host.ApplyNothing();
            host.Pass(3);
            Assert.Equal(foreign.Values.OrderBy(one => one.Id), host.Kernel.List());
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }, iter: 300);

    [Fact]
    public void Wherever_the_daemon_ends_the_next_one_knows_all_that_was_made() => Gen.Select(Gen.Int[1, 14], Gen.Bool, Gen.Int[0, 7]).Sample((commands, before, policy) =>
    {
        var directory = Directory.CreateTempSubdirectory("mptcp-endpoint-tests-");
        try
        {
            using var host = new EndpointHost(directory.FullName);
            foreach (var index in Enumerable.Range(0, Names.Length))
                host.SetInterface(index + 2, Names[index], hasCarrier: true, AddressesOf(index));
            void EndNow()
            {
                if (--commands == 0)
                    throw new SuddenEndException();
            }

            if (before)
                host.Kernel.BeforeChange = EndNow;
            else
                host.Kernel.AfterChange = EndNow;
            try
            {
                host.Apply(Policies[policy]);
                host.ApplyNothing();
            }
            catch (SuddenEndException)
            {
                // It is gone, and does not come to tidy up.
            }

            (host.Kernel.BeforeChange, host.Kernel.AfterChange) = (static () => { }, static () => { });
            host.Restart();
            host.ApplyNothing();
            Assert.Empty(host.Kernel.All);
            Assert.Equal(new EndpointLimits(2, 0), host.Kernel.Limits);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }, iter: 300);

    private static void Happen(EndpointHost host, Dictionary<byte, Endpoint> foreign, int kind, int first, int second)
    {
        switch (kind)
        {
            case 0: host.RemoveInterface(first + 2); break;
            case 1: host.SetInterface(first + 2, Names[first], hasCarrier: true, AddressesOf(first)); break;
            case 2: host.SetInterface(first + 2, Names[first], hasCarrier: false, AddressesOf(first)); break;
            case 3: host.SetInterface(first + 2, Names[first], hasCarrier: true, AddressesOf(first).Select(text => text + (second > 3 ? "!" : "?"))); break;
            case 4: host.Apply(Policies[second]); break;
            case 5: host.Apply(Policies[second], PolicyEnforcement.Monitor); break;
            case 6: host.ApplyNothing(); break;
            case 7: host.Restart(); break;
            case 8:
                // With an id that policies never have.
                var endpoint = new Endpoint(IPAddress.Parse(AddressesOf(first)[0])) { Id = (byte)(200 + first), Flags = EndpointFlags.Subflow };
                if (host.Kernel.All.Count < host.Kernel.Highest && host.Kernel.Find(endpoint.Address.ToString()) is null)
                {
                    host.Kernel.AddNow(endpoint);
                    foreign[endpoint.Id] = endpoint;
                }

                break;
            case 9 when host.Kernel.All.Count > second:
                var deleted = host.Kernel.All[second].Id;
                host.Kernel.DeleteNow(deleted);
                foreign.Remove(deleted);
                break;
            case 10: host.Connect((uint)(host.Connections.Count + 1), AddressesOf(first)[0], AddressesOf(second % 4)[0]); break;
            default: host.Connections.Clear(); break;
        }

        host.Pass(5);
    }

    private static void Check(EndpointHost host, Dictionary<byte, Endpoint> foreign)
    {
        foreach (var endpoint in foreign.Values)
            Assert.Contains(endpoint, host.Kernel.All);

        // What is not on record as made by a policy was made by somebody else.
        var explanation = host.Explain();
        Assert.Equal(foreign.Keys.Order(), explanation.Endpoints.Where(one => one is { Id: not 0, MadeByPolicy: false }).Select(one => one.Id).Order());

        // Now and then everything is compared; nothing is done where nothing changed.
        host.Pass(120);
        var before = host.Kernel.List();
        host.Pass(120);
        Assert.Equal(before, host.Kernel.List());
        foreach (var one in host.Explain().Endpoints)
        {
            if (one.WantedFlags is not null && one.Flags is null && one.Step == EndpointStepKind.None)
                Assert.NotEmpty(one.Reason);
            if (one is { MadeByPolicy: true, Flags: not null } && one.WantedFlags != one.Flags && one.Step == EndpointStepKind.None)
                Assert.NotEmpty(one.Reason);
        }
    }

    private static HashSet<ulong> Connected(EndpointHost host)
        => [.. host.Connections.Where(connection => !connection.Subflows.IsEmpty).Select(connection => connection.Id)];

    private static string[] AddressesOf(int index) => [$"198.18.{index + 1}.1", $"2001:db8:{index}::1"];

    private sealed class SuddenEndException : Exception;
}
