using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Mptcp.Native.Processes;

namespace Mptcp.Native.Tests.Processes;

public class ProcessSocketsTests
{
    private static readonly string OwnCommand = File.ReadAllText("/proc/self/comm").Trim();

    [Fact]
    public void The_process_finds_its_own_sockets()
    {
        using var first = new Socket(SocketType.Stream, ProtocolType.Tcp);
        using var second = new Socket(SocketType.Stream, ProtocolType.Tcp);
        uint[] inodes = [InodeOf(Environment.ProcessId, first.Handle), InodeOf(Environment.ProcessId, second.Handle)];

        var holders = ProcessSockets.Find(inodes);

        Assert.Equal(inodes.Order(), holders.Keys.Order());
        Assert.All(holders.Values, holder => Assert.Equal(new SocketHolder(Environment.ProcessId, OwnCommand), holder));
    }

    [Fact]
    public async Task A_socket_of_another_process_is_found_until_that_ends()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var start = new ProcessStartInfo("bash", ["-c", $"exec 3<>/dev/tcp/127.0.0.1/{port} && echo connected && read"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        using var child = Process.Start(start)!;
        Assert.Equal("connected", await child.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
        var inode = InodeOf(child.Id, 3);

        Assert.Equal(new SocketHolder(child.Id, "bash"), ProcessSockets.Find([inode])[inode]);

        child.StandardInput.Close();
        await child.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Empty(ProcessSockets.Find([inode]));
    }

    [Fact]
    public void Nobody_holds_what_is_no_socket()
    {
        Assert.Empty(ProcessSockets.Find([]));
        Assert.Empty(ProcessSockets.Find([0]));
        Assert.Empty(ProcessSockets.Find([uint.MaxValue]));
    }

    [Fact]
    public void Of_several_holders_the_one_of_the_lowest_number_is_told()
    {
        using var proc = new TemporaryTree();
        AddProcess(proc, 10, "late\n", "socket:[7]");
        AddProcess(proc, 9, "early\n", "pipe:[7]", "/dev/null", "socket:[7]", "socket:[8]");
        AddProcess(proc, 100, "last\n", "socket:[8]", "socket:[4294967295]");

        Assert.Equal(
            new Dictionary<uint, SocketHolder>
            {
                [7] = new(9, "early"),
                [8] = new(9, "early"),
                [uint.MaxValue] = new(100, "last"),
            },
            ProcessSockets.Find([7, 8, 8, uint.MaxValue, 5], proc.Root));
    }

    [Fact]
    public void What_only_looks_like_a_socket_is_none()
    {
        using var proc = new TemporaryTree();
        AddProcess(
            proc, 1, "one\n", "socket:[7", "socket:7]", "socket:[]", "socket:[ 7]", "socket:[-7]", "socket:[4294967303]", "socket:[7] (deleted)",
            "/" + new string('x', 100) + "/socket:[7]");
        Assert.Empty(ProcessSockets.Find([7], proc.Root));
    }

    [Fact]
    public void A_process_that_ends_while_it_is_looked_into_is_passed_over()
    {
        using var proc = new TemporaryTree();
        proc.MakeDirectory("1"); // Its descriptors are gone,
        proc.MakeLink("2/fd/0", "socket:[7]"); // or just its name is.
        AddProcess(proc, 3, "alive\n", "socket:[7]");
        proc.MakeDirectory("self/fd");

        Assert.Equal(new SocketHolder(3, "alive"), ProcessSockets.Find([7], proc.Root)[7]);
    }

    // What stands in for a link that may not be read is a file, which is no link.
    [Fact]
    public void A_process_that_may_not_be_looked_into_is_passed_over()
    {
        using var proc = new TemporaryTree();
        proc.WriteFile("1/fd/0", "");
        AddProcess(proc, 2, "open\n", "socket:[7]");

        Assert.Equal(new SocketHolder(2, "open"), ProcessSockets.Find([7], proc.Root)[7]);
    }

    [Fact]
    public void Without_proc_nothing_is_found() => Assert.Empty(ProcessSockets.Find([7], "/no/such/directory"));

    private static void AddProcess(TemporaryTree proc, int id, string command, params string[] links)
    {
        proc.WriteFile($"{id}/comm", command);
        for (var i = 0; i < links.Length; i++)
            proc.MakeLink($"{id}/fd/{i}", links[i]);
    }

    private static uint InodeOf(int process, IntPtr descriptor)
    {
        var link = new FileInfo($"/proc/{process}/fd/{descriptor}").LinkTarget!;
        return uint.Parse(link["socket:[".Length..^1], CultureInfo.InvariantCulture);
    }
}
