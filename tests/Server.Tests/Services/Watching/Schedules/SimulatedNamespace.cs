using System.Collections.Immutable;
using System.Net;
using Mptcp.ControlPlane.Server.State;
using Mptcp.ControlPlane.Server.State.Events;
using Mptcp.ControlPlane.Server.Tests.State;
using Mptcp.Native.Diagnostics.Information;
using Mptcp.Native.Interop;
using Mptcp.Native.PathManagement;

namespace Mptcp.ControlPlane.Server.Tests.Services.Watching.Schedules;

/// <summary>A namespace whose kernel does what chance wants. It has few tokens, ports and users, so that they meet.</summary>
internal sealed class SimulatedNamespace
{
    public const int Tokens = 4;

    private const SubflowFlags Connected = SubflowFlags.FullyEstablished | SubflowFlags.Connected;

    private static readonly string[] Cgroups = ["", "/", "/a", "/a/b", "/ab"];
    private static readonly string[] Commands = ["curl", "ssh"];

    private readonly FakeSockets _sockets = new();
    private long _request;

    public SimulatedNamespace(string name, Action<StateEvent> publish)
    {
        Name = name;
        Table = new ConnectionTable(name, _sockets, publish);
    }

    public string Name { get; }

    public ConnectionTable Table { get; }

    /// <summary>Where a token's connection runs, which chance does not change.</summary>
    public static IPEndPoint LocalOf(uint token) => new(KernelEvents.Local.Address, 40000 + (int)token);

    public static IPEndPoint RemoteOf(uint token) => new(KernelEvents.Remote.Address, 443 + (int)(token % 2));

    public static bool IsServerSide(uint token) => token % 2 == 0;

    /// <summary>Something happens, or is learned.</summary>
    public void Change(Random chance, DateTimeOffset now)
    {
        var token = (uint)chance.Next(1, Tokens + 1);
        _sockets.Answer = chance.Next(8) > 0;
        if (chance.Next(3) > 0)
            _sockets.Connections[token] = Seen(token, chance);
        else if (chance.Next(3) == 0)
            _sockets.Connections.Remove(token);
        switch (chance.Next(16))
        {
            case < 8:
                Table.Apply(Told(token, chance), now);
                if (chance.Next(2) == 0)
                    Table.OrphanThoseLeftAlone(now);
                break;
            case < 10: Table.Reconcile(Seen(token, chance), StateEventCause.Survey, now); break;
            case 10 when Table.Find(token) is { } gone: Table.RemoveGone(gone, StateEventCause.Survey, now); break;
            case 11 or 12 when Table.Find(token) is { } known:
                Table.Identify(token, known.Id, 7, Owner(chance), chance.Next(2) == 0 ? PathManagerType.Kernel : null, now);
                break;
            default: Command(token, chance, now); break;
        }
    }

    /// <summary>Compares everything with the kernel, as after a loss.</summary>
    public void Compare(Random chance, StateEventCause cause, DateTimeOffset now)
    {
        foreach (var known in Table.All.Values.ToList())
        {
            if (chance.Next(3) == 0)
                Table.RemoveGone(known, cause, now);
            else if (chance.Next(2) == 0)
                Table.Reconcile(Seen(known.Token, chance), cause, now);
        }
    }

    /// <summary>A daemon starts and finds what another one knew: in another order, and not all of it.</summary>
    public void StartAfter(SimulatedNamespace earlier, Random chance, DateTimeOffset now)
    {
        foreach (var known in earlier.Table.All.Values)
        {
            if (chance.Next(5) == 0)
                continue;
            var seen = chance.Next(5) == 0 ? Seen(known.Token, chance) : SeenAgain(known, chance);
            Table.Reconcile(seen, StateEventCause.Start, now);
            if (known.Owner is { } owner)
                Table.Identify(known.Token, seen.Id, 7, owner, known.PathManager, now);
        }
    }

    private void Command(uint token, Random chance, DateTimeOffset now)
    {
        var subflow = Table.Find(token)?.Subflows is { IsEmpty: false } subflows ? subflows[chance.Next(subflows.Length)] : null;
        switch (chance.Next(8))
        {
            case < 3:
                Table.RequestSubflow(
                    token,
                    new Subflow(new IPEndPoint(KernelEvents.SecondLocal, 0), KernelEvents.SecondRemote, SubflowState.Requested) { LocalId = 2, Request = ++_request },
                    now);
                if (chance.Next(4) == 0)
                    Table.RefuseSubflow(token, _request);
                else if (chance.Next(4) > 0)
                    Table.AcceptSubflow(token, _request, now);
                break;
            case 3 when subflow is not null: Table.MarkClosing(token, new SubflowAddresses(subflow.Local, subflow.Remote), now); break;
            case 4 when subflow is not null: Table.SetBackup(token, new SubflowAddresses(subflow.Local, subflow.Remote), chance.Next(2) == 0, now); break;
            case 5 when subflow is { Pending: true, State: not SubflowState.Requested }: Table.Fail(token, subflow, now); break;
            case 6: Table.AddLocalAddress(token, new AnnouncedAddress((byte)chance.Next(1, 3), new IPEndPoint(KernelEvents.SecondLocal, 0)), now); break;
            case 7: Table.RemoveLocalAddress(token, (byte)chance.Next(1, 3), now); break;
        }
    }

    private static PathManagerEvent Told(uint token, Random chance)
    {
        var told = chance.Next(9) switch
        {
            0 or 1 => KernelEvents.Created(),
            2 => KernelEvents.Established(),
            3 => KernelEvents.Closed(),
            4 => KernelEvents.Announced((byte)chance.Next(1, 4)),
            5 => KernelEvents.Removed((byte)chance.Next(1, 4)),
            6 => KernelEvents.Subflow(PathManagerEventType.SubflowEstablished, chance.Next(50001, 50003)),
            7 => KernelEvents.Subflow(PathManagerEventType.SubflowClosed, chance.Next(50001, 50003), error: chance.Next(2) == 0 ? new Errno(111) : null),
            _ => KernelEvents.Subflow(PathManagerEventType.SubflowPriority, chance.Next(50001, 50003)) with { Backup = chance.Next(2) == 0 },
        };
        told = told with { Token = token };
        if (told.Type is PathManagerEventType.ConnectionCreated or PathManagerEventType.ConnectionEstablished)
            return told with { Local = LocalOf(token), Remote = RemoteOf(token), ServerSide = IsServerSide(token) };
        // The first subflow may end like any other.
        return told.Type == PathManagerEventType.SubflowClosed && chance.Next(3) == 0
            ? told with { Local = LocalOf(token), Remote = RemoteOf(token), LocalId = 0, RemoteId = 0 }
            : told;
    }

    private static SeenConnection Seen(uint token, Random chance)
    {
        var subflows = ImmutableArray.CreateBuilder<SeenSubflow>();
        if (chance.Next(4) > 0)
            subflows.Add(new SeenSubflow((token * 100) + 1, LocalOf(token), RemoteOf(token)) { Flags = SubflowFlags.RemoteCapable | Connected });
        for (var port = 50001; port < 50003; port++)
        {
            if (chance.Next(2) == 0)
            {
                var backup = chance.Next(3) == 0 ? SubflowFlags.RemoteBackup : SubflowFlags.None;
                var second = FakeSockets.Second(port, (token * 100) + (ulong)chance.Next(2, 5));
                subflows.Add(second with { Flags = second.Flags | backup, IsConnecting = chance.Next(4) == 0 });
            }
        }

        // For a moment a socket does not show where it runs.
        var local = chance.Next(8) == 0 ? new IPEndPoint(IPAddress.Any, 0) : LocalOf(token);
        return new SeenConnection(token, IdOf(token, chance), local, RemoteOf(token))
        {
            UserId = (uint)chance.Next(1000, 1002),
            ServerSide = IsServerSide(token),
            HasFallenBack = chance.Next(10) == 0,
            Subflows = subflows.ToImmutable(),
            PathManager = chance.Next(2) == 0 ? PathManagerType.Userspace : null,
            LocalAddresses = chance.Next(2) == 0 ? default : [new AnnouncedAddress((byte)chance.Next(1, 3), new IPEndPoint(KernelEvents.SecondLocal, 0))],
        };
    }

    private static SeenConnection SeenAgain(Connection known, Random chance)
    {
        var subflows = known.Subflows.Where(subflow => subflow.State != SubflowState.Requested).Select(SeenAgain).ToArray();
        chance.Shuffle(subflows);
        return new SeenConnection(
            known.Token, known.Id == 0 ? IdOf(known.Token, chance) : known.Id, known.Local ?? LocalOf(known.Token), known.Remote ?? RemoteOf(known.Token))
        {
            UserId = known.Owner?.UserId ?? 1000,
            ServerSide = known.ServerSide,
            HasFallenBack = known.State == ConnectionState.Fallback,
            Subflows = [.. subflows],
            PathManager = known.PathManager,
            LocalAddresses = known.LocalAddresses,
        };
    }

    private static SeenSubflow SeenAgain(Subflow known) => new(known.Id, known.Local, known.Remote)
    {
        Flags = (known.Initial ? SubflowFlags.RemoteCapable : SubflowFlags.LocalJoin | SubflowFlags.RemoteJoin) | Connected
            | (known.LocalBackup ? SubflowFlags.LocalBackup : SubflowFlags.None)
            | (known.RemoteBackup ? SubflowFlags.RemoteBackup : SubflowFlags.None),
        LocalId = known.LocalId,
        RemoteId = known.RemoteId,
        InterfaceIndex = known.InterfaceIndex,
        IsConnecting = known.Pending,
    };

    private static ulong IdOf(uint token, Random chance) => (token * 10) + (ulong)chance.Next(1, 3);

    private static ConnectionOwner Owner(Random chance) => new(
        (uint)chance.Next(1000, 1002), Cgroups[chance.Next(Cgroups.Length)], chance.Next(40, 42), Commands[chance.Next(Commands.Length)]);
}
