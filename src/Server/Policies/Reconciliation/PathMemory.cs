using System.Net;
using Mptcp.ControlPlane.Server.Policies.ByHand;

namespace Mptcp.ControlPlane.Server.Policies.Reconciliation;

/// <summary>What is remembered of a connection that its state does not show.</summary>
internal sealed class PathMemory
{
    // A connection has few paths.
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
        _paths.Add((key, record));
        return record;
    }

    public PathRecord AtAnnouncement(IPEndPoint address)
    {
        if (FindAnnouncement(address) is { } known)
            return known;
        var record = new PathRecord();
        _announcements.Add((address, record));
        return record;
    }

    /// <summary>Notes paths that carry data and are not for backup.</summary>
    public void NoteCarrying(IReadOnlyList<PathKey> keys)
    {
        foreach (var key in keys)
            At(key).WasRegular = true;
    }

    /// <summary>Forgets what failed, and what was lost, as another policy decides now.</summary>
    public void Forgive()
    {
        LacksSince = null;
        foreach (var (_, record) in _paths)
        {
            record.Forgive();
            record.WasRegular = false;
        }

        foreach (var (_, record) in _announcements)
            record.Forgive();
    }

    /// <summary>Forgets what is remembered of the paths to an address that the peer has withdrawn, but what was done by hand.</summary>
    public void ForgetRemote(IPEndPoint remote)
        => _paths.RemoveAll(path => path.Key.Remote.Equals(remote) && path.Record is { EndedByHand: false, SetByHand: false, MadeByHand: false });

    /// <summary>Remembers what somebody did by hand.</summary>
    public void Note(HandNote note)
    {
        var record = note.Remote is { } remote ? At(new PathKey(note.Local.Address, remote)) : AtAnnouncement(note.Local);
        if (note.Kind == HandNoteKind.Set)
        {
            record.SetByHand = true;
            return;
        }

        var isMade = note.Kind is HandNoteKind.Made or HandNoteKind.Announced;
        (record.MadeByHand, record.EndedByHand) = (isMade, !isMade);
    }
}
