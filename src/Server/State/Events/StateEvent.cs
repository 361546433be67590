using System.Net;
using Mptcp.ControlPlane.Server.Policies.Revisions;
using Mptcp.ControlPlane.Server.Sessions;
using Mptcp.ControlPlane.Server.State.Interfaces;
using Mptcp.Native.Routing;

namespace Mptcp.ControlPlane.Server.State.Events;

/// <summary>An entry of the event log.</summary>
/// <param name="Type">What happened.</param>
/// <param name="Namespace">The namespace it happened in; empty for what belongs to none.</param>
/// <param name="Time">When the daemon received it.</param>
internal sealed record StateEvent(StateEventType Type, string Namespace, DateTimeOffset Time)
{
    // Very many events are kept: what they hold is small.
    private readonly long _ticks = Time.UtcTicks;

    // The connection, which knows its namespace; without one the name of that.
    private readonly object _place = Namespace;
    private readonly object? _subject;
    private byte[]? _encoded;

    /// <summary>The namespace it happened in.</summary>
    public string Namespace
    {
        get => _place as string ?? ((Connection)_place).Namespace;
        init => _place = value;
    }

    /// <summary>When the daemon received it.</summary>
    public DateTimeOffset Time
    {
        get => new(_ticks, TimeSpan.Zero);
        init => _ticks = value.UtcTicks;
    }

    /// <summary>Its number in the log, which alone sets it; 0 until it is appended.</summary>
    public ulong Sequence { get; set; }

    public StateEventOrigin Origin { get; init; } = StateEventOrigin.Kernel;

    public StateEventCause Cause { get; init; }

    /// <summary>The token of the connection; 0 when it is about none.</summary>
    public uint Token { get; init; }

    /// <summary>The connection after the event, where one is known.</summary>
    public Connection? Connection
    {
        get => _place as Connection;
        init => _place = value ?? _place;
    }

    /// <summary>The subflow after the event, where it is about one.</summary>
    public Subflow? Subflow
    {
        get => _subject as Subflow;
        init => _subject = value ?? _subject;
    }

    /// <summary>The address announced or removed, where it is about one.</summary>
    public AnnouncedAddress? Address
    {
        get => _subject as AnnouncedAddress;
        init => _subject = value ?? _subject;
    }

    /// <summary>How many events the kernel dropped, where it tells of a loss and the kernel counts; else null.</summary>
    public ulong? Dropped
    {
        get => _subject as ulong?;
        init => _subject = value ?? _subject;
    }

    /// <summary>The connection before, where the event tells something new of what filters ask for; else null.</summary>
    public Connection? Previous
    {
        get => _subject as Connection;
        init => _subject = value ?? _subject;
    }

    /// <summary>
    /// The event as watchers get it, which the first one makes for all; null until then. Any thread may set it: all make the same.
    /// </summary>
    public byte[]? Encoded
    {
        get => Volatile.Read(ref _encoded);
        set => Volatile.Write(ref _encoded, value);
    }

    /// <summary>The address listened at, where it is about a listener.</summary>
    public IPEndPoint? Listener
    {
        get => _subject as IPEndPoint;
        init => _subject = value ?? _subject;
    }

    /// <summary>The network interface after the event, or as it was before its end, where it is about one.</summary>
    public NetworkInterface? Interface
    {
        get => _subject as NetworkInterface;
        init => _subject = value ?? _subject;
    }

    /// <summary>The address of this host after the event, or as it was before its end, where it is about one.</summary>
    public LocalAddress? LocalAddress
    {
        get => _subject as LocalAddress;
        init => _subject = value ?? _subject;
    }

    /// <summary>The change of the policies, where it is about one.</summary>
    public PoliciesChange? Policies
    {
        get => _subject as PoliciesChange;
        init => _subject = value ?? _subject;
    }

    /// <summary>The change of a controller's session, where it is about one.</summary>
    public SessionChange? Session
    {
        get => _subject as SessionChange;
        init => _subject = value ?? _subject;
    }
}
