using System.Diagnostics;
using System.Net;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Client;
using SocketAddress = Mptcp.Control.V1.SocketAddress;

namespace Mptcp.ControlPlane.Demo;

/// <summary>
/// A whole controller, with nothing but the client library: it watches the host's connections, gives the first one a second path, and
/// reports what becomes of it until the connection is over. It needs no privilege but access to the daemon's socket.
/// </summary>
sealed class Controller(ControlPlaneClient daemon, IPAddress local, IPAddress remote)
{
    /// <summary>How the line begins that tells of the second path.</summary>
    public const string PathAdded = "added path";

    static readonly TimeSpan LongestHandshake = TimeSpan.FromSeconds(5);

    uint? _token;
    bool _heardOfPath;

    /// <summary>Runs a controller until the connection that it looked after is over.</summary>
    /// <param name="address">Where the daemon listens.</param>
    /// <param name="local">This host's address on the second path.</param>
    /// <param name="remote">The other host's address there.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string address, IPAddress local, IPAddress remote)
    {
        try
        {
            TellPrivileges();
            TryWithoutTheDaemon();
            await using var daemon = new ControlPlaneClient(address);
            await new Controller(daemon, local, remote).ControlAsync();
            return 0;
        }
        catch (RpcException e)
        {
            await Console.Error.WriteLineAsync(ControlPlaneError.From(e).Message);
        }
        catch (StepFailedException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
        }

        return 1;
    }

    static void TellPrivileges()
    {
        var mine = Privileges.Read();
        StepFailedException.Unless(mine.AreNone, $"the controller has capabilities ({mine}), so it would prove nothing");
        Console.WriteLine($"runs as uid {mine.User}, groups {mine.Groups}, without capabilities (CapEff {mine.Effective})");
    }

    /// <summary>Shows that it is the daemon that acts: the kernel takes no command from this process.</summary>
    static void TryWithoutTheDaemon()
    {
        const string Command = "mptcp limits set subflow 8";
        using var ip = Process.Start(new ProcessStartInfo("ip", Command) { RedirectStandardError = true })
            ?? throw new UnreachableException();
        var answer = ip.StandardError.ReadToEnd().Trim();
        ip.WaitForExit();
        StepFailedException.Unless(
            ip.ExitCode != 0 && answer.Contains("Operation not permitted", StringComparison.Ordinal),
            $"the kernel should have refused 'ip {Command}', which ended with {ip.ExitCode}: {answer}");
        Console.WriteLine($"is refused by the kernel itself: ip {Command}: {answer}");
    }

    async Task ControlAsync()
    {
        await foreach (var message in daemon.WatchAsync(new WatchRequest()))
        {
            foreach (var told in message.Events?.Events ?? [])
            {
                // A snapshot tells of what was there before; from then on, events tell of what happens.
                if (_token is null && told.Connection is { State: ConnectionState.Established } connection)
                    await AddPathAsync(connection);
                else if (_token == told.Token && told.Subflow is { } subflow)
                    Report(told.Type, subflow);
                else if (_token == told.Token && told.Type == EventType.ConnectionClosed)
                {
                    StepFailedException.Unless(_heardOfPath, "no event told that the second subflow was established");
                    Console.WriteLine("sees that the connection is closed, and ends");
                    return;
                }
            }
        }

        throw new StepFailedException("the daemon ended the stream of events before the connection was closed");
    }

    async Task AddPathAsync(Connection connection)
    {
        _token = connection.Token;
        Console.WriteLine($"sees the connection: {Text(connection.Local)} -> {Text(connection.Remote)}, token 0x{connection.Token:x8}");

        var response = await daemon.Connections.CreateSubflowAsync(new CreateSubflowRequest
        {
            Token = connection.Token,
            ConnectionId = connection.Id, // tokens are reused, ids are not: never somebody else's connection
            Local = new SocketAddress { Address = local.ToString() },
            Remote = new SocketAddress { Address = remote.ToString(), Port = connection.Remote.Port },
            Wait = Duration.FromTimeSpan(LongestHandshake),
        });

        var subflow = response.Subflow;
        StepFailedException.Unless(
            subflow.State == SubflowState.Established,
            $"the subflow to {Text(subflow.Remote)} should be established, and is {subflow.State} {subflow.ErrorName}".TrimEnd());
        var state = subflow.State.ToString().ToUpperInvariant();
        Console.WriteLine($"{PathAdded} 2 through the daemon: {Text(subflow.Local)} -> {Text(subflow.Remote)} is {state}");
    }

    void Report(EventType type, Subflow subflow)
    {
        _heardOfPath |= type == EventType.SubflowEstablished && subflow.Local.Address == local.ToString();
        var what = type switch
        {
            EventType.SubflowEstablished => "established",
            EventType.SubflowClosed => $"closed {subflow.ErrorName}".TrimEnd(),
            _ => null,
        };
        if (what is not null)
            Console.WriteLine($"hears of a subflow {what}: {Text(subflow.Local)} -> {Text(subflow.Remote)}");
    }

    static string Text(SocketAddress address) => new IPEndPoint(IPAddress.Parse(address.Address), (int)address.Port).ToString();
}
