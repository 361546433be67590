using System.Net;
using Grpc.Net.Client;
using Microsoft.Extensions.Logging;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Hosting;
using Mptcp.ControlPlane.Server.Policies.Model;
using Mptcp.ControlPlane.Server.Security.Limits;
using Mptcp.ControlPlane.Server.Security.Permissions;
using Mptcp.ControlPlane.Server.Tests.Support;

namespace Mptcp.ControlPlane.Server.Tests.Security.Limits;

/// <summary>
/// A daemon in this process, for two callers whom it tells apart: the well-behaved one is on the Unix socket, the hostile one comes over
/// TCP, where it may read.
/// </summary>
internal sealed class LimitedDaemon : IAsyncDisposable
{
    // The machine may do other things; a daemon that waits for a hostile caller never answers.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    private readonly TemporaryDirectory _directory;
    private readonly Daemon _daemon;

    private LimitedDaemon(TemporaryDirectory directory, Daemon daemon, CollectedLog log)
    {
        _directory = directory;
        _daemon = daemon;
        Log = log;
        Url = new Uri(daemon.Addresses.Single(address => address.StartsWith("http://", StringComparison.Ordinal)));
        Good = SocketChannel.To(directory.File("control.sock"));
        Hostile = GrpcChannel.ForAddress(Url);
    }

    public CollectedLog Log { get; }

    /// <summary>Where it serves over TCP.</summary>
    public Uri Url { get; }

    /// <summary>The well-behaved caller's, who is an administrator.</summary>
    public GrpcChannel Good { get; }

    /// <summary>The hostile caller's, with the protocol as it should be.</summary>
    public GrpcChannel Hostile { get; }

    /// <param name="limits">Its limits.</param>
    /// <param name="roles">The roles of controllers that it has.</param>
    public static async Task<LimitedDaemon> StartAsync(LimitRules limits, params Role[] roles)
    {
        var log = new CollectedLog();
        var directory = new TemporaryDirectory();
        try
        {
            var options = new DaemonOptions
            {
                SocketPath = directory.File("control.sock"),
                Listen = new Uri("http://127.0.0.1:0"),
                Access = new AccessRules { Bindings = [new AccessBinding(AccessRole.Controller, [new CallerPattern.Unproved()])] },
                Limits = limits,
                Roles = roles,
            };
            return new LimitedDaemon(directory, await Daemon.StartAsync(options, logging => logging.ClearProviders().AddProvider(log)), log);
        }
        catch
        {
            directory.Dispose();
            throw;
        }
    }

    /// <summary>Connects as a hostile caller does, and says nothing yet.</summary>
    public Task<RawHttp2> ConnectAsync() => RawHttp2.ConnectAsync(new IPEndPoint(IPAddress.Loopback, Url.Port));

    /// <summary>Asserts that another caller is served, and that nobody has to be told of a mistake of the daemon's.</summary>
    public async Task StaysWellAsync()
    {
        var node = new NodeService.NodeServiceClient(Good);
        await node.GetInfoAsync(new GetInfoRequest(), deadline: DateTime.UtcNow + Longest);
        Assert.DoesNotContain(Log.Entries, entry => entry.Level >= LogLevel.Error);
    }

    /// <summary>Runs what a hostile caller does, and asserts that the other is served meanwhile and that the memory is free again.</summary>
    /// <param name="most">By how much the heap may have grown, in bytes, when it was collected.</param>
    /// <param name="attack">What it does.</param>
    public async Task WithstandsAsync(long most, Func<Task> attack)
    {
        await StaysWellAsync();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var attacking = attack();
        do
        {
            await StaysWellAsync();
        }
        while (!attacking.IsCompleted);
        await attacking;
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, most);
        await StaysWellAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Hostile.Dispose();
        Good.Dispose();
        await _daemon.DisposeAsync();
        _directory.Dispose();
    }
}
