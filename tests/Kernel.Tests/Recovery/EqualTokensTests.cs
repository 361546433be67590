using Mptcp.Control.V1;
using Mptcp.Kernel.Tests.Support;
using Mptcp.Kernel.Tests.Support.Pictures;
using Mptcp.Lab;

namespace Mptcp.Kernel.Tests.Recovery;

/// <summary>
/// A connection of one namespace is never taken for one of another that has its token. The kernel gives no token out twice at a time, not
/// even in two namespaces. So a daemon has both only when it has not heard yet that the first connection is gone.
/// </summary>
public class EqualTokensTests
{
    // Each has two tokens, as both ends are in the namespace. Of every 71,600 tokens elsewhere one is among them, which takes 35,800
    // connections; that none is among those of 300,000 connections happens once in 4,300 runs.
    const int Known = 30_000;
    const int MostTried = 300_000;
    const int PerCrowd = 15_000;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [LabFact]
    public async Task A_connection_with_the_token_that_one_of_another_namespace_had_is_not_taken_for_that()
    {
        await using var watched = await WatchedLab.CreateAsync();
        var (one, other) = (watched.Client, watched.Server);
        var known = await KnowAsync(watched);
        var syncing = await WatchProbe.StartAsync(watched.Daemon.Client, new WatchRequest { Mode = WatchMode.FollowOnly });
        var beginning = (await syncing.MessageAsync("sync", message => message.Sync is not null)).Sync.ResumeToken;
        await syncing.DisposeAsync();

        // The daemon does not hear how all of them end, and how others begin, until both have a token in common.
        watched.Daemon.Process.Pause();
        await known.EndAsync();
        var (batch, token) = await CollideAsync(watched.Lab.Server, other, known.Ids);
        var (oneId, otherId) = (known.Ids[token], other.FindId(token));
        watched.Daemon.Process.Resume();

        await using var watch = WatchProbe.Start(
            watched.Daemon.Client, new WatchRequest { ResumeToken = beginning, Allow = { new EventFilter { Tokens = { token } } } });
        await EndAsync(oneId, since: 0);
        await watched.ShouldReconcileAsync("after a token changed its namespace");

        // It is what it is in its own namespace, under its own id, and nowhere else.
        Assert.Equal(otherId, (await GetAsync(watched, other, token, otherId)).Connection.Id);
        Assert.Equal(ErrorReason.ConnectionIdMismatch, (await ServedLab.RefusalOfAsync(GetAsync(watched, other, token, oneId))).Reason);
        foreach (var id in new[] { 0ul, oneId, otherId })
            Assert.Equal(Grpc.Core.StatusCode.NotFound, (await ServedLab.RefusalOfAsync(GetAsync(watched, one, token, id))).StatusCode);
        Assert.Equal(
            Grpc.Core.StatusCode.NotFound,
            (await ServedLab.RefusalOfAsync(watched.Daemon.Client.Connections.CloseConnectionAsync(
                new CloseConnectionRequest { Namespace = one.Name, Token = token }))).StatusCode);
        Assert.Equal(otherId, other.FindId(token));
        // What is heard of a connection that is known no more comes without an id.
        Assert.DoesNotContain(
            watch.Events, told => told.ConnectionId != 0 && told.Namespace == (told.ConnectionId == oneId ? other.Name : one.Name));

        // An end that nobody has accepted ends without a word of the kernel.
        var since = watch.Messages.Count;
        await batch.DisposeAsync();
        await watched.AwaitStillnessAsync(client: 0, server: 0);
        await watched.ShouldReconcileAsync("when all is over");
        await EndAsync(otherId, since);

        // Where the kernel had to drop events, the snapshot that follows lacks the connection, and its end is not told besides.
        async Task EndAsync(ulong id, int since)
        {
            await watch.MessageAsync(
                $"the end of {id}, or a snapshot", message => message.Sync is not null || Tells(message, EventType.ConnectionClosed, id), since, Patience);
            Assert.DoesNotContain(watch.Messages.Skip(since), message => Tells(message, EventType.ConnectionSnapshot, id));
        }

        static bool Tells(WatchResponse message, EventType type, ulong id) =>
            message.Events?.Events.Any(told => told.Type == type && told.ConnectionId == id) == true;
    }

    static Grpc.Core.AsyncUnaryCall<GetConnectionResponse> GetAsync(WatchedLab watched, PicturedHost host, uint token, ulong id) =>
        watched.Daemon.Client.Connections.GetConnectionAsync(
            new GetConnectionRequest { Namespace = host.Name, Token = token, ConnectionId = id });

    /// <summary>Makes connections that the daemon knows.</summary>
    static async Task<KnownConnections> KnowAsync(WatchedLab watched)
    {
        var crowds = new List<Crowd>();
        for (var count = 0; count < Known; count += PerCrowd)
            crowds.Add(await OpenAsync(watched.Lab.Client));
        await watched.ShouldReconcileAsync("with many connections");
        var ids = watched.Client.ListConnections().ToDictionary(socket => socket.Info!.Token, socket => socket.ConnectionId(socket.Info!.Token));
        // A few are plain TCP: the kernel gives a token up for which there is no room in its table, which all namespaces share.
        Assert.InRange(ids.Count, Known * 19 / 10, Known * 2);
        return new KnownConnections(crowds, ids);
    }

    /// <summary>Makes connections in a namespace until one has one of some tokens, and keeps that one and those made with it.</summary>
    static async Task<(Crowd Batch, uint Token)> CollideAsync(LabHost host, PicturedHost pictured, Dictionary<uint, ulong> tokens)
    {
        var tried = 0;
        for (var opened = 0; opened < MostTried; opened += PerCrowd)
        {
            var batch = await OpenAsync(host);
            foreach (var token in pictured.ListTokens())
            {
                tried++;
                if (tokens.ContainsKey(token))
                    return (batch, token);
            }

            await batch.DisposeAsync();
        }

        throw new InvalidOperationException(
            $"of {tried} tokens none is among {tokens.Count} others: they are not random, or there was very bad luck");
    }

    /// <summary>Connects a host to itself; nobody accepts, so that only one end costs a descriptor.</summary>
    static async Task<Crowd> OpenAsync(LabHost host)
    {
        host.SetSysctl("net.core.somaxconn", "65535");
        var crowd = await Crowd.StartAsync(host, host, new CrowdOptions { Service = CrowdService.Park });
        await crowd.OpenAsync(PerCrowd, host.GetPath(1).IPv4, greet: false);
        return crowd;
    }

    sealed record KnownConnections(IReadOnlyList<Crowd> Crowds, Dictionary<uint, ulong> Ids)
    {
        public async Task EndAsync()
        {
            foreach (var crowd in Crowds)
                await crowd.DisposeAsync();
        }
    }
}
