using System.Net;
using System.Net.Sockets;
using Mptcp.ControlPlane.Server.Kernel.Tuning;
using Mptcp.ControlPlane.Server.Policies.Enforcement;
using Mptcp.ControlPlane.Server.Policies.Reconciliation;
using Mptcp.ControlPlane.Server.State;
using Mptcp.Native.Congestion;
using Mptcp.Native.Diagnostics.Information;
using Mptcp.Native.Interop;
using Mptcp.Native.Netlink;
using Mptcp.Native.PathManagement;

namespace Mptcp.ControlPlane.Server.Tests.Policies.Enforcement;

/// <summary>
/// Plays the kernel of a host with one connection: it takes commands as the real one does, checks that they make sense, and tells of
/// what comes of them when it is asked for events.
/// </summary>
internal sealed class SimulatedKernel : IPathCommands, IKernelSockets
{
    public const uint Token = 0x1a2b3c4d;
    private const ulong Id = 77;

    private readonly Queue<PathManagerEvent> _events = new();
    private readonly Dictionary<byte, (IPEndPoint Place, bool Announced)> _ids = [];
    private ulong _lastCookie = 100;
    private int _lastPort = 50_000;

    public required IPEndPoint Local { get; init; }

    public required IPEndPoint Remote { get; init; }

    public bool ServerSide { get; init; }

    public List<SimulatedSubflow> Subflows { get; } = [];

    /// <summary>What becomes of an attempt: null succeeds, else the error that it fails with.</summary>
    public Func<PathKey, Errno?> Outcome { get; set; } = static _ => null;

    /// <summary>Whether an attempt is refused at once, with EADDRNOTAVAIL.</summary>
    public Func<PathKey, bool> IsRefused { get; set; } = static _ => false;

    /// <summary>Whether announcements are refused.</summary>
    public bool RefusesAnnouncements { get; set; }

    /// <summary>Whether the connection's socket takes no IPv6 subflows.</summary>
    public bool IsIPv4Only { get; set; }

    /// <summary>Whether it does not show the connection's socket yet, so that nobody knows whose it is.</summary>
    public bool HidesSocket { get; set; }

    /// <summary>What was ordered of how subflows send, and what ends each order; null where no subflow can be tuned.</summary>
    public List<(Subflow Subflow, SubflowSettings Settings, TaskCompletionSource Done)>? Tunings { get; set; } = [];

    /// <summary>How many commands it was given.</summary>
    public int Commands { get; private set; }

    /// <summary>How many of them made subflows.</summary>
    public int Creations { get; private set; }

    /// <summary>How many subflows were readied ahead of their connections.</summary>
    public int Prepared { get; private set; }

    public HashSet<(byte Id, IPEndPoint Place)> Listeners { get; } = [];

    public IEnumerable<IPEndPoint> Announced => _ids.Values.Where(known => known.Announced).Select(known => known.Place);

    /// <summary>Begins the connection.</summary>
    public void Connect(bool denyJoinInitialAddress = false)
    {
        Subflows.Add(new SimulatedSubflow(Local, Remote, ++_lastCookie) { Flags = Capable, IsEstablished = true });
        foreach (var type in new[] { PathManagerEventType.ConnectionCreated, PathManagerEventType.ConnectionEstablished })
        {
            _events.Enqueue(new PathManagerEvent(type)
            {
                Token = Token,
                Local = Local,
                Remote = Remote,
                LocalId = 0,
                RemoteId = 0,
                ServerSide = ServerSide,
                DenyJoinInitialAddress = denyJoinInitialAddress,
            });
        }
    }

    /// <summary>Ends the connection.</summary>
    public void Disconnect()
    {
        Subflows.Clear();
        _events.Enqueue(new PathManagerEvent(PathManagerEventType.ConnectionClosed) { Token = Token });
    }

    public void PeerAnnounces(byte id, IPEndPoint remote)
        => _events.Enqueue(new PathManagerEvent(PathManagerEventType.AddressAnnounced) { Token = Token, RemoteId = id, Remote = remote });

    public void PeerWithdraws(byte id, IPEndPoint remote)
    {
        _events.Enqueue(new PathManagerEvent(PathManagerEventType.AddressRemoved) { Token = Token, RemoteId = id });
        foreach (var subflow in Subflows.Where(subflow => subflow.Remote.Equals(remote)).ToList())
            End(subflow, null);
    }

    public void PeerSetsBackup(SimulatedSubflow subflow, bool backup)
        => _events.Enqueue(EventOf(PathManagerEventType.SubflowPriority, subflow) with { Backup = backup });

    /// <summary>The peer joins a subflow of its own.</summary>
    public void PeerJoins(IPAddress local, IPAddress remote)
    {
        var subflow = new SimulatedSubflow(new IPEndPoint(local, Local.Port), new IPEndPoint(remote, ++_lastPort), ++_lastCookie)
        {
            LocalId = _ids.FirstOrDefault(known => known.Value.Place.Address.Equals(local)).Key,
            Flags = SubflowFlags.RemoteJoin,
            IsEstablished = true,
        };
        Subflows.Add(subflow);
        _events.Enqueue(EventOf(PathManagerEventType.SubflowEstablished, subflow));
    }

    /// <summary>Another program of this host makes a subflow.</summary>
    public void OtherProgramJoins(IPAddress local, IPEndPoint remote)
    {
        var subflow = new SimulatedSubflow(new IPEndPoint(local, ++_lastPort), remote, ++_lastCookie)
        {
            LocalId = 200,
            Flags = SubflowFlags.LocalJoin,
            IsEstablished = true,
        };
        Subflows.Add(subflow);
        _events.Enqueue(EventOf(PathManagerEventType.SubflowEstablished, subflow));
    }

    public void End(SimulatedSubflow subflow, Errno? error)
    {
        Subflows.Remove(subflow);
        _events.Enqueue(EventOf(PathManagerEventType.SubflowClosed, subflow) with { Error = error });
    }

    /// <summary>What it tells next; null when that is all.</summary>
    public PathManagerEvent? Tell()
    {
        if (_events.TryDequeue(out var told))
            return told;
        if (Subflows.Find(subflow => !subflow.IsEstablished) is not { } attempt)
            return null;
        if (Outcome(attempt.Key) is { } error)
        {
            End(attempt, error);
            return _events.Dequeue();
        }

        attempt.IsEstablished = true;
        return EventOf(PathManagerEventType.SubflowEstablished, attempt);
    }

    IReadOnlyList<Endpoint> IPathCommands.ListLocalAddresses(uint token)
        => [.. _ids.Select(known => new Endpoint(known.Value.Place.Address) { Id = known.Key, Port = (ushort)known.Value.Place.Port })];

    void IPathCommands.Prepare(PreparedSubflow subflow) => Prepared++;

    void IPathCommands.Create(uint token, PreparedSubflow subflow)
        => ((IPathCommands)this).Create(new SubflowRequest(token, subflow.Local, subflow.Remote));

    void IPathCommands.Create(SubflowRequest subflow)
    {
        Commands++;
        Assert.Equal(Token, subflow.Token);
        var key = new PathKey(subflow.Local.Address, subflow.Remote);
        if (IsRefused(key))
            throw new KernelRefusedException("subflow-create", Errno.AddressNotAvailable, "connect error: -99");
        if (IsIPv4Only && subflow.Local.Address.AddressFamily == AddressFamily.InterNetworkV6)
            throw new KernelRefusedException("subflow-create", Errno.Invalid, "families mismatch");
        UseId(subflow.Local.Id, new IPEndPoint(subflow.Local.Address, 0), announced: false);
        Creations++;
        Subflows.Add(new SimulatedSubflow(new IPEndPoint(subflow.Local.Address, ++_lastPort), subflow.Remote, ++_lastCookie)
        {
            LocalId = subflow.Local.Id,
            RemoteId = (byte)(subflow.Remote.Equals(Remote) ? 0 : 1),
            Flags = SubflowFlags.LocalJoin,
            Backup = subflow.Local.Flags.HasFlag(EndpointFlags.Backup),
        });
    }

    void IPathCommands.Destroy(uint token, Subflow subflow)
    {
        Commands++;
        var ended = Subflows.Find(known => known.Local.Equals(subflow.Local) && known.Remote.Equals(subflow.Remote));
        if (ended is null)
            throw new KernelRefusedException("subflow-destroy", Errno.NoSuchProcess); // Its end has not been heard of yet.
        if (ended.LocalId != 0)
            _ids.Remove(ended.LocalId); // Even if others run from it.
        End(ended, null);
    }

    void IPathCommands.SetBackup(uint token, Subflow subflow, bool backup)
    {
        Commands++;
        var changed = Subflows.Find(known => known.Local.Equals(subflow.Local) && known.Remote.Equals(subflow.Remote));
        if (changed is null)
            throw new KernelRefusedException("set-flags", Errno.Invalid);
        Assert.NotEqual(backup, changed.Backup);
        changed.Backup = backup;
    }

    void IPathCommands.RequireTuning()
    {
        if (Tunings is null)
            throw new TuningRefusedException(TuningRefusal.Disabled, "not here");
    }

    Task IPathCommands.TuneAsync(uint token, Subflow subflow, SubflowSettings settings)
    {
        Assert.Equal(Token, token);
        var done = new TaskCompletionSource();
        Tunings!.Add((subflow, settings, done));
        return done.Task;
    }

    void IPathCommands.Announce(uint token, Endpoint address)
    {
        Commands++;
        if (RefusesAnnouncements)
            throw new KernelRefusedException("announce", new Errno(12));
        UseId(address.Id, new IPEndPoint(address.Address, address.Port), announced: true);
    }

    void IPathCommands.Withdraw(uint token, byte id, IEnumerable<Subflow> subflows)
    {
        Commands++;
        if (id != 0 && !_ids.Remove(id))
            throw new KernelRefusedException("remove", Errno.Invalid, "address with specified id not found");
        foreach (var ended in Subflows.Where(subflow => subflow.LocalId == id).ToList())
            End(ended, null);
    }

    bool IPathCommands.Listen(uint token, byte id, IPEndPoint place) => Listeners.Add((id, place));

    void IPathCommands.StopListening(uint token, byte id, IPEndPoint? place)
        => Listeners.RemoveWhere(listener => listener.Id == id && (place ?? listener.Place).Equals(listener.Place));

    void IPathCommands.Examine(uint token)
    {
    }

    LookAnswer IKernelSockets.Look(uint token, IEnumerable<SubflowEnds> subflows, bool whole, bool isTold) => HidesSocket ? default : new(Known: true, new SeenConnection(Token, Id, Local, Remote)
    {
        ServerSide = ServerSide,
        Subflows = [.. Subflows.Select(subflow => subflow.Seen)],
        LocalAddresses = [.. _ids.Where(known => known.Value.Announced).Select(known => new AnnouncedAddress(known.Key, known.Value.Place))],
    });

    SeenSubflow? IKernelSockets.Find(SubflowEnds subflow)
        => Subflows.Find(known => known.Local.Equals(subflow.Local) && known.Remote.Equals(subflow.Remote))?.Seen;

    SubflowSample? IKernelSockets.Sample(Subflow subflow, DateTimeOffset now) => null;

    private SubflowFlags Capable => ServerSide ? SubflowFlags.RemoteCapable : SubflowFlags.LocalCapable;

    private void UseId(byte id, IPEndPoint place, bool announced)
    {
        Assert.NotEqual(0, id);
        var other = _ids.FirstOrDefault(known => known.Value.Place.Equals(place));
        if (_ids.TryGetValue(id, out var same) ? !same.Place.Equals(place) : other.Key != 0)
            throw new KernelRefusedException("subflow-create", Errno.Invalid, "did not match address and id");
        _ids[id] = (place, announced || (_ids.TryGetValue(id, out var before) && before.Announced));
    }

    private static PathManagerEvent EventOf(PathManagerEventType type, SimulatedSubflow subflow) => new(type)
    {
        Token = Token,
        Local = subflow.Local,
        Remote = subflow.Remote,
        LocalId = subflow.LocalId,
        RemoteId = subflow.RemoteId,
        Backup = false,
    };
}
