using System.Net.Sockets;
using Mptcp.Control.V1;
using Mptcp.Kernel.Tests.Support;

namespace Mptcp.Kernel.Tests.Policies;

/// <summary>The policies that are shipped as samples do what they say.</summary>
public class SampleTests
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [LabTheory]
    [InlineData("client-fullmesh", "eth1", 0, "1>1 2>1")]
    [InlineData("client-lte-backup", "wwan0", 0, "1>1")]
    [InlineData("client-ndiffports", "eth1", 5001, "1>1 1>1 1>1 1>1")]
    [InlineData("client-ndiffports", "eth1", 6001, "1>1")]
    [InlineData("client-per-interface", "eth1", 0, "1>1 2>1")]
    [InlineData("delegate", "eth1", 0, "1>1")]
    [InlineData("server-announce", "eth1", 80, "1>1")]
    [InlineData("server-behind-nat", "eth1", 443, "1>1")]
    public async Task A_sample_is_taken_and_its_connections_are_as_it_wants(string name, string second, int port, string expected)
    {
        await using var room = await PolicyLab.CreateAsync();
        foreach (var host in new[] { room.Lab.Client, room.Lab.Server })
            await host.IpAsync(["link set dev path1 name eth0", $"link set dev path2 name {second}"], Cancellation);
        var yaml = await File.ReadAllTextAsync(Find(name), Cancellation);
        await room.Daemon.Client.Policies.ApplyPoliciesAsync(new ApplyPoliciesRequest { Yaml = yaml }, cancellationToken: Cancellation);
        var pair = await room.KnownAsync(await room.Lab.ConnectAsync(AddressFamily.InterNetwork, port, cancellationToken: Cancellation));

        await room.ShouldHaveAsync(pair, expected.Split(' '));
        await room.ShouldHaveNoDifferencesAsync();
    }

    static string Find(string name)
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!Directory.Exists(Path.Combine(directory.FullName, "deploy", "policies")))
            directory = directory.Parent ?? throw new InvalidOperationException("the samples are not above the tests");
        return Path.Combine(directory.FullName, "deploy", "policies", $"{name}.yaml");
    }
}
