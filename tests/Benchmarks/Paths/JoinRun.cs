using System.Net;
using Mptcp.Lab;

namespace Mptcp.ControlPlane.Benchmarks.Paths;

/// <summary>Makes connections one after the other and says how long each waited for its second subflow.</summary>
internal static class JoinRun
{
    private const int PacketsPerConnection = 40;

    // Enough for a subflow, so that one connection's is made before the next one comes.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(2);

    // Enough for the end of all connections of a turn.
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(100);

    private static readonly byte[] Greeting = [1];

    /// <summary>Measures it.</summary>
    /// <param name="hosts">Between whom.</param>
    /// <param name="connections">How many connections.</param>
    /// <param name="silence">How long the application says nothing after its connection is there.</param>
    /// <param name="blocks">Whether the application is one thread that waits for each of its calls, instead of many that are woken.</param>
    /// <returns>How long each took, in microseconds, in the order of their beginnings.</returns>
    public static async Task<List<double>> MeasureAsync(PathHosts hosts, int connections, TimeSpan silence, bool blocks = false)
    {
        var made = new List<MptcpConnection>();
        try
        {
            // Nobody accepts the connections, who would take the processors at the moment that is measured: the kernel answers for itself.
            using var listener = MptcpListener.Open(
                hosts.Lab.Server, new IPEndPoint(IPAddress.Any, 0), new ListenOptions { Backlog = 2 * connections });
            using var capture = PacketCapture.Start(hosts.Lab.Client, connections * PacketsPerConnection);
            var target = new IPEndPoint(hosts.Lab.Client.GetPath(1).PeerIPv4, listener.EndPoint.Port);
            if (blocks)
                await hosts.Lab.Client.RunAsync(() => Open(target, connections, silence, made));
            else
                await OpenAsync(hosts.Lab.Client, target, connections, silence, made);
            List<double> delays = [];
            await LabWait.UntilAsync(
                $"a second subflow of each connection, by {hosts.Manager.Name}",
                () => (delays = JoinDelays.Read(capture.Read())).Count == connections);
            return delays;
        }
        finally
        {
            made.ForEach(connection => connection.Dispose());
            await Task.Delay(Rest);
        }
    }

    private static async Task OpenAsync(LabHost client, IPEndPoint target, int connections, TimeSpan silence, List<MptcpConnection> made)
    {
        for (var i = 0; i < connections; i++)
        {
            made.Add(await MptcpConnection.OpenAsync(client, target));
            if (silence > TimeSpan.Zero)
                await Task.Delay(silence);
            await made[i].SendAsync(Greeting);
            await Task.Delay(Pause);
        }
    }

    private static void Open(IPEndPoint target, int connections, TimeSpan silence, List<MptcpConnection> made)
    {
        for (var i = 0; i < connections; i++)
        {
            made.Add(MptcpConnection.OpenHere(target));
            if (silence > TimeSpan.Zero)
                Thread.Sleep(silence);
            made[i].Socket.Send(Greeting);
            Thread.Sleep(Pause);
        }
    }
}
