using Mptcp.Kernel.Tests.Support;
using Mptcp.Native.Diagnostics;
using Mptcp.Native.Processes;

namespace Mptcp.Kernel.Tests.Processes;

/// <summary>What sock_diag tells of a socket leads to who holds it.</summary>
public class SocketOwnerTests
{
    [LabFact]
    public async Task A_connection_and_its_subflows_are_held_by_the_process_that_opened_it()
    {
        await using var hosts = await TwoHosts.CreateAsync();
        var (actor, peer) = await hosts.ConnectAsync(AddressKind.IPv4, Side.Client);
        await hosts.JoinAsync(actor, peer);
        using var diagnostics = SocketDiagnostics.Open(hosts.Client.Namespace);
        var connection = Assert.Single(diagnostics.ListMptcpSockets(new SocketQuery()));
        var inodes = diagnostics.ListTcpSockets(new SocketQuery()).Select(subflow => subflow.Inode).Append(connection.Inode);

        var holder = Assert.Single(ProcessSockets.Find(inodes));

        Assert.Equal(connection.Inode, holder.Key);
        Assert.Equal(new SocketHolder(Environment.ProcessId, (await File.ReadAllTextAsync("/proc/self/comm")).Trim()), holder.Value);
    }

    [LabFact]
    public async Task The_cgroup_of_a_socket_is_that_of_the_process_that_opened_it()
    {
        await using var hosts = await TwoHosts.CreateAsync(paths: 1);
        await hosts.ConnectAsync(AddressKind.IPv4);
        using var diagnostics = SocketDiagnostics.Open(hosts.Client.Namespace);
        var id = Assert.Single(diagnostics.ListMptcpSockets(new SocketQuery())).CgroupId!.Value;

        var own = (await File.ReadAllLinesAsync("/proc/self/cgroup")).Single(line => line.StartsWith("0::", StringComparison.Ordinal));
        Assert.Equal(own[3..], new Cgroups(TimeProvider.System).FindPath(id).Path);
    }
}
