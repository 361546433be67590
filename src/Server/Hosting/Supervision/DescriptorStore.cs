using System.Runtime.InteropServices;
using Mptcp.ControlPlane.Server.Telemetry;
using Mptcp.Native.Interop;
using Mptcp.Native.Supervision;

namespace Mptcp.ControlPlane.Server.Hosting.Supervision;

/// <summary>
/// The descriptors that the service manager keeps for the next daemon: sockets that must go on hearing while none runs
/// (<c>FileDescriptorStoreMax=</c> of <c>systemd.service(5)</c>). Any thread may use it, and none waits for the manager.
/// </summary>
internal sealed class DescriptorStore : IDisposable
{
    // The places that are left to those that matter most: so many, and of a small store an eighth.
    private const int MostReserved = 64;
    private const int ReservedShare = 8;

    // Longer than a manager takes that is merely busy.
    private static readonly TimeSpan LongestFlush = TimeSpan.FromSeconds(5);

    private readonly Lock _guard = new();
    private readonly StoreMessages? _messages;
    private readonly ILogger<DescriptorStore> _log;
    private readonly TimeProvider _time;
    private readonly int? _limit;
    private readonly List<InheritedDescriptor> _unclaimed;
    private readonly List<Waiting> _waiting = [];

    // How many places each name takes; one that the manager kept for this daemon may take several.
    private readonly Dictionary<string, int> _kept;

    // With the places of names whose removal the manager has not been told of yet.
    private int _taken;
    private bool _fullTold;
    private bool _ended;

    public DescriptorStore(SupervisionSettings settings, Supervisor supervisor, ILogger<DescriptorStore> log, TimeProvider time)
    {
        (_log, _time) = (log, time);
        _limit = settings.StoreLimit;
        _messages = supervisor.IsThere ? new StoreMessages(supervisor, time) : null;
        _unclaimed = [.. settings.Inherited];
        // They stay with the manager until it is told otherwise.
        _kept = _unclaimed.CountBy(one => one.Name).ToDictionary();
        _taken = _unclaimed.Count;
    }

    /// <summary>The names of what was kept for this daemon and nobody has claimed.</summary>
    public IReadOnlyList<string> Unclaimed
    {
        get
        {
            lock (_guard)
                return [.. _unclaimed.Select(one => one.Name)];
        }
    }

    /// <summary>Claims what the daemon before kept under a name.</summary>
    /// <param name="name">The name.</param>
    /// <param name="resume">Makes use of the descriptor; null where it is not what its name says, and then it is closed.</param>
    /// <returns>Null where nothing was kept, or nothing that is of use.</returns>
    public T? Claim<T>(string name, Func<SafeDescriptor, T?> resume)
        where T : class
    {
        T? resumed = null;
        while (Take(name) is { } kept)
        {
            if (resumed is null && (resumed = resume(kept.Descriptor)) is not null)
                continue;
            kept.Descriptor.Dispose();
            _log.StrangeDescriptor(name);
            // Under one name all are removed, the right one too.
            Forget(name);
        }

        return resumed;
    }

    /// <summary>Has a descriptor kept for the next daemon, unless there is nobody who could; where no place is free, once one is.</summary>
    /// <param name="name">What to keep it under: up to 255 printable ASCII characters without a colon.</param>
    /// <param name="descriptor">The descriptor. It may be closed at once: what is kept is another one of the same socket.</param>
    /// <param name="leavesRoom">Whether it leaves the last places to others.</param>
    public void Keep(string name, SafeHandle descriptor, bool leavesRoom = false)
    {
        lock (_guard)
        {
            if (_messages is null || _limit == 0 || _ended || _kept.ContainsKey(name) || _waiting.Exists(one => one.Name == name))
                return;
            SafeDescriptor own;
            try
            {
                own = SafeDescriptor.Duplicate(descriptor);
            }
            catch (SystemCallException failure)
            {
                _log.DescriptorNotKept(name, failure.Message);
                return;
            }

            _waiting.Add(new Waiting(name, own, leavesRoom));
            OfferWaiting();
            if (_waiting.Count == 0 || _fullTold)
                return;
            _fullTold = true;
            _log.DescriptorStoreFull(_limit!.Value);
        }
    }

    /// <summary>Has what is kept under a name kept no longer.</summary>
    public void Forget(string name)
    {
        lock (_guard)
        {
            if (_waiting.Find(one => one.Name == name) is { } waiting)
            {
                _waiting.Remove(waiting);
                waiting.Descriptor.Dispose();
            }

            if (!_ended && _messages is not null && _kept.Remove(name, out var places))
                _messages.Add(new StoreMessage(["FDSTOREREMOVE=1", $"FDNAME={name}"], Sent: () => Free(places)));
        }
    }

    /// <summary>Waits until the manager was told of everything that it is to keep, a few seconds at most: what is left is sent later.</summary>
    public async Task FlushAsync()
    {
        var sent = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_guard)
        {
            if (_messages is null || _ended)
                return;
            _messages.Add(new StoreMessage([], Sent: sent.SetResult));
        }

        try
        {
            await sent.Task.WaitAsync(LongestFlush, _time);
        }
        catch (TimeoutException)
        {
            _log.DescriptorStoreSlow();
        }
    }

    /// <summary>Gives up what was kept for this daemon and is of no use to it.</summary>
    public void CloseUnclaimed()
    {
        foreach (var name in Unclaimed.Distinct())
        {
            while (Take(name) is { } kept)
                kept.Descriptor.Dispose();
            _log.UnclaimedDescriptor(name);
            Forget(name);
        }
    }

    /// <summary>Tells the manager what it has not been told yet, as far as it takes that at once, and closes what is left.</summary>
    public void Dispose()
    {
        lock (_guard)
        {
            if (_ended)
                return;
            _ended = true;
            // Of a daemon that did not get as far as to look at them. They stay kept for the next one.
            foreach (var kept in _unclaimed)
                kept.Descriptor.Dispose();
            _unclaimed.Clear();
            foreach (var waiting in _waiting)
                waiting.Descriptor.Dispose();
            _waiting.Clear();
        }

        _messages?.Dispose();
    }

    private void Free(int places)
    {
        lock (_guard)
        {
            _taken -= places;
            OfferWaiting();
        }
    }

    private void OfferWaiting()
    {
        foreach (var waiting in _waiting.Where(one => HasRoom(one)).ToList())
        {
            // Those before it may have taken the last place.
            if (!HasRoom(waiting))
                continue;
            _waiting.Remove(waiting);
            _kept.Add(waiting.Name, 1);
            _taken++;
            // Polled, a socket that has lost events would look broken, and be dropped.
            _messages!.Add(new StoreMessage(["FDSTORE=1", $"FDNAME={waiting.Name}", "FDPOLL=0"], waiting.Descriptor));
        }
    }

    private bool HasRoom(Waiting waiting)
        => _limit is not { } limit || _taken < limit - (waiting.LeavesRoom ? Math.Min(MostReserved, limit / ReservedShare) : 0);

    private InheritedDescriptor? Take(string name)
    {
        lock (_guard)
        {
            var kept = _unclaimed.Find(one => one.Name == name);
            if (kept is not null)
                _unclaimed.Remove(kept);
            return kept;
        }
    }

    /// <summary>What is to be kept once there is a place.</summary>
    private sealed record Waiting(string Name, SafeDescriptor Descriptor, bool LeavesRoom);
}
