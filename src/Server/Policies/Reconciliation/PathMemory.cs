using System.Net;
using Mptcp.ControlPlane.Server.Policies.ByHand;
using Mptcp.ControlPlane.Server.State;

namespace Mptcp.ControlPlane.Server.Policies.Reconciliation;

/// <summary>What is remembered of a connection that its state does not show.</summary>
internal sealed class PathMemory
{
    // A connection has few paths. Whoever tries very many has the oldest failures forgotten.
    private const int MostPaths = 512;

    private readonly List<(PathKey Key, PathRecord Record)> _paths = [];
    private readonly List<(IPEndPoint Address, PathRecord Record)> _announcements = [];

    /// <summary>The interface that had its local address when it was first seen; null where none had.</summary>
    public string? InterfaceName { get; set; }

    /// <summary>Since when what makes backups active is so; null while it is not.</summary>
    public TimeSpan? LacksSince { get; set; }

    /// <summary>Whether the kernel has said that its own path manager decides about the connection.</summary>
    public bool KernelDecides { get; set; }

    /// <summary>Whether the kernel has said that the connection takes no IPv6 subflows, as its socket is one of IPv4.</summary>
    public bool IsIPv4Only { get; set; }

    /// <summary>Whether what this host made on nobody knows whose behalf was made by a policy.</summary>
    public bool HostIsPolicy { get; set; }

    public IReadOnlyList<(PathKey Key, PathRecord Record)> Paths => _paths;

    /// <summary>Whether nothing is remembered that a plan could depend on.</summary>
    public bool IsBlank => _paths.Count == 0 && _announcements.Count == 0 && LacksSince is null && !KernelDecides && !IsIPv4Only;

    public PathRecord? Find(PathKey key)
    {
        foreach (var (known, record) in _paths)
        {
            if (known == key)
                return record;
        }

        return null;
    }

    public PathRecord? FindAnnouncement(IPEndPoint address)
    {
        foreach (var (known, record) in _announcements)
        {
            if (known.Equals(address))
                return record;
        }

        return null;
    }

    public PathRecord At(PathKey key)
    {
        if (Find(key) is { } known)
            return known;
        var record = new PathRecord();
        if (_paths.Count >= MostPaths && _paths.FindIndex(path => path.Record.IsOfNoMatter) is var oldest and >= 0)
            _paths.RemoveAt(oldest);
        _paths.Add((key, record));
        return record;
    }

    public PathRecord AtAnnouncement(IPEndPoint address)
    {
        if (FindAnnouncement(address) is { } known)
            return known;
        var record = new PathRecord();
        if (_announcements.Count >= MostPaths && _announcements.FindIndex(announced => announced.Record is { IsOfNoMatter: true, Listens: false }) is var oldest and >= 0)
            _announcements.RemoveAt(oldest);
        _announcements.Add((address, record));
        return record;
    }

    /// <summary>Forgets an announcement that was taken back, but what was done by hand.</summary>
    public void ForgetAnnouncement(IPEndPoint address)
        => _announcements.RemoveAll(announced => announced.Address.Equals(address) && announced.Record.IsOfNoMatter);

    /// <summary>Notes paths that carry data and are not for backup.</summary>
    public void NoteCarrying(IReadOnlyList<(PathKey Key, string InterfaceName)> paths)
    {
        foreach (var (key, interfaceName) in paths)
            At(key).RegularOn = interfaceName;
    }

    /// <summary>Forgets what failed, and what was lost, as another policy decides now.</summary>
    public void Forgive()
    {
        LacksSince = null;
        foreach (var (_, record) in _paths)
        {
            record.Forgive();
            record.RegularOn = null;
        }

        foreach (var (_, record) in _announcements)
            record.Forgive();
    }

    /// <summary>Forgets what is remembered of the paths to an address that the peer has withdrawn, but what was done by hand.</summary>
    public void ForgetRemote(IPEndPoint remote)
        => _paths.RemoveAll(path => path.Key.Remote.Equals(remote) && path.Record is { EndedByHand: false, SetByHand: false, MadeByHand: false });

    /// <summary>Forgets paths to addresses of the peer that it has taken back without a word, but what was done by hand.</summary>
    /// <param name="connection">The connection as it is.</param>
    public void ForgetAllBut(Connection connection) => _paths.RemoveAll(path =>
        path.Record is { EndedByHand: false, SetByHand: false, MadeByHand: false } && !path.Key.Remote.Equals(connection.Remote)
        && !connection.RemoteAddresses.Any(announced => path.Key.Remote.Equals(announced.Address))
        && !connection.Subflows.Any(subflow => path.Key.Remote.Equals(subflow.Remote)));

    /// <summary>What is remembered but that anything failed.</summary>
    public PathMemory CopyForgiven()
    {
        var copy = new PathMemory { InterfaceName = InterfaceName, KernelDecides = KernelDecides, IsIPv4Only = IsIPv4Only, HostIsPolicy = HostIsPolicy };
        copy._paths.AddRange(_paths.Select(path => (path.Key, path.Record.CopyForgiven())));
        copy._announcements.AddRange(_announcements.Select(announced => (announced.Address, announced.Record.CopyForgiven())));
        return copy;
    }

    /// <summary>Remembers what somebody did by hand.</summary>
    public void Note(HandNote note)
    {
        var record = note.Remote is { } remote ? At(new PathKey(note.Local.Address, remote)) : AtAnnouncement(note.Local);
        if (note.Kind == HandNoteKind.Set)
            record.SetByHand = true;
        else
            (record.MadeByHand, record.EndedByHand) = (
                note.Kind is HandNoteKind.Made or HandNoteKind.Announced, note.Kind is HandNoteKind.Ended or HandNoteKind.Withdrawn);
    }
}
