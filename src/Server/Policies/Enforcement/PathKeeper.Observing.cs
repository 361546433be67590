using Mptcp.ControlPlane.Server.Policies.ByHand;
using Mptcp.ControlPlane.Server.Policies.Model;
using Mptcp.ControlPlane.Server.Policies.Reconciliation;
using Mptcp.ControlPlane.Server.State;
using Mptcp.ControlPlane.Server.State.Events;
using Mptcp.Native.PathManagement;

namespace Mptcp.ControlPlane.Server.Policies.Enforcement;

/// <content>What it learns from events and from callers, and remembers.</content>
internal sealed partial class PathKeeper
{
    /// <summary>Takes what changed of a connection, or of this host's addresses.</summary>
    public void Observe(StateEvent told)
    {
        switch (told.Type)
        {
            case StateEventType.ConnectionClosed:
                if (_kept.Remove(told.Token, out var gone))
                    EndDelegation(gone);
                _foundAtStart.Remove(told.Token);
                if (told.Connection is { } closed)
                    _journal.Forget(_namespaceName, closed.Id);
                break;
            case StateEventType.ConnectionCreated when told is { Cause: StateEventCause.Start, Connection: { } found }:
                NoteFound(found);
                goto default;
            case StateEventType.InterfaceAdded or StateEventType.InterfaceChanged or StateEventType.InterfaceRemoved
                or StateEventType.LocalAddressAdded or StateEventType.LocalAddressChanged or StateEventType.LocalAddressRemoved:
                _hostChanged = true;
                break;
            default:
                if (told.Connection is { } connection && IsDeciding)
                    Observe(told, connection);
                break;
        }
    }

    /// <summary>Remembers what somebody did by hand to a connection, so that it stays.</summary>
    /// <returns>The connection's id; 0 when there is no such connection any more, or its id is not known.</returns>
    public ulong NoteByHand(uint token, IReadOnlyList<HandNote> notes)
    {
        if (_connections.Find(token) is not { } connection)
            return 0;
        var kept = KeptOf(connection);
        foreach (var note in notes)
            kept.Memory.Note(note);
        Queue(token, kept);
        return connection.Id;
    }

    private void Observe(StateEvent told, Connection connection)
    {
        var kept = KeptOf(connection);
        NoteReason(told, connection, kept);
        switch (told)
        {
            case { Type: StateEventType.SubflowEstablished, Subflow: { } subflow }:
                NoteEstablished(kept, connection, subflow);
                break;
            case { Type: StateEventType.SubflowFailed or StateEventType.SubflowClosed, Subflow: { } subflow }:
                NoteEnd(kept, connection, subflow);
                break;
            case { Type: StateEventType.AddressRemoved, Address.Address: { } remote }:
                kept.Memory.ForgetRemote(remote);
                break;
            case { Type: StateEventType.AddressAnnounced, Address.Address: { } remote }:
                kept.Memory.ForgetAllBut(connection);
                foreach (var (key, record) in kept.Memory.Paths)
                {
                    if (key.Remote.Equals(remote))
                        record.Forgive();
                }

                break;
        }

        // What it does itself, its plan knows.
        if (!_keeping)
            Queue(connection.Token, kept);
    }

    /// <summary>Remembers what was there before this daemon, which no policy made where none of its records go back so far.</summary>
    private void NoteFound(Connection found)
    {
        _foundAtStart.Add(found.Token);
        if (_journal.IsFresh)
        {
            _journal.Add(_namespaceName, found.Id, [
                .. found.Subflows.Where(subflow => subflow.Maker == SubflowMaker.Host)
                    .Select(subflow => new HandNote(HandNoteKind.Made, subflow.Local, subflow.Remote)),
                .. found.LocalAddresses.Where(announced => announced.Address is not null)
                    .Select(announced => new HandNote(HandNoteKind.Announced, announced.Address!)),
            ]);
        }
    }

    private void NoteEstablished(KeptConnection kept, Connection connection, Subflow subflow)
    {
        if (subflow.Maker == SubflowMaker.Peer)
            return;
        kept.Memory.At(PathKey.Of(subflow)).EstablishedAt = Now;
        // Another program of this host made it, and not the kernel, whose path manager may make very many.
        if (subflow.Maker == SubflowMaker.Host && kept is { Policy.Mode: PolicyMode.Userspace, Memory.KernelDecides: false }
            && connection.PathManager != PathManagerType.Kernel)
        {
            NoteByHand(connection.Token, new HandNote(HandNoteKind.Made, subflow.Local, subflow.Remote));
        }
    }

    private void NoteByHand(uint token, HandNote note)
    {
        if (NoteByHand(token, [note]) is var id and not 0)
            _journal.Add(_namespaceName, id, [note]);
    }

    private void NoteEnd(KeptConnection kept, Connection connection, Subflow subflow)
    {
        if (subflow.Maker == SubflowMaker.Peer)
            return;
        var key = PathKey.Of(subflow);
        var record = kept.Memory.At(key);
        // What comes there next is not it.
        if (record.MadeByHand && subflow.Maker is SubflowMaker.Caller or SubflowMaker.Host)
            NoteByHand(connection.Token, new HandNote(HandNoteKind.Forgotten, subflow.Local, subflow.Remote));
        var establishedAt = record.EstablishedAt;
        record.EstablishedAt = null;
        if (record.IsEnding)
        {
            record.IsEnding = connection.Subflows.Any(other => PathKey.Of(other) == key && (other.Pending || other.State == SubflowState.Closing));
            return;
        }

        if (kept.Policy is not { } policy)
            return;
        // One that held for long shows that the path works.
        if (establishedAt is { } since && Now - since > policy.Retry.Longest)
            record.Forgive();
        Fail(record, policy, FailureWords.Of(subflow), subflow.Error, _host.Find(key.Local));
    }
}
