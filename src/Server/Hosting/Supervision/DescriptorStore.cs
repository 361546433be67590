using System.Runtime.InteropServices;
using Mptcp.ControlPlane.Server.Telemetry;
using Mptcp.Native.Interop;
using Mptcp.Native.Supervision;

namespace Mptcp.ControlPlane.Server.Hosting.Supervision;

/// <summary>
/// The descriptors that the service manager keeps for the next daemon: sockets that must go on hearing while none runs
/// (<c>FileDescriptorStoreMax=</c> of <c>systemd.service(5)</c>). Any thread may use it.
/// </summary>
internal sealed class DescriptorStore : IDisposable
{
    private readonly Lock _guard = new();
    private readonly Supervisor _supervisor;
    private readonly ILogger<DescriptorStore> _log;
    private readonly int? _limit;
    private readonly List<InheritedDescriptor> _unclaimed;
    private readonly HashSet<string> _kept = [];
    private bool _fullTold;

    public DescriptorStore(SupervisionSettings settings, Supervisor supervisor, ILogger<DescriptorStore> log)
    {
        (_supervisor, _log) = (supervisor, log);
        _limit = settings.StoreLimit;
        _unclaimed = [.. settings.Inherited];
        // They stay with the manager until it is told otherwise.
        _kept.UnionWith(_unclaimed.Select(one => one.Name));
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

    /// <summary>Has a descriptor kept for the next daemon, unless there is nobody who could.</summary>
    /// <param name="name">What to keep it under: up to 255 printable ASCII characters without a colon.</param>
    /// <param name="descriptor">The descriptor. It may be closed at once: the manager has its own of the same socket.</param>
    public void Keep(string name, SafeHandle descriptor)
    {
        lock (_guard)
        {
            if (!_supervisor.IsThere || _limit == 0 || !_kept.Add(name))
                return;
            // Polled, a socket that has lost events would look broken, and be dropped.
            if (!_supervisor.TryTell(descriptor, "FDSTORE=1", $"FDNAME={name}", "FDPOLL=0"))
                _kept.Remove(name);
            if (_kept.Count <= _limit || _limit is null || _fullTold)
                return;
            _fullTold = true;
            _log.DescriptorStoreFull(_limit.Value);
        }
    }

    /// <summary>Has what is kept under a name kept no longer.</summary>
    public void Forget(string name)
    {
        lock (_guard)
        {
            if (_kept.Remove(name))
                _supervisor.Tell("FDSTOREREMOVE=1", $"FDNAME={name}");
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

    public void Dispose()
    {
        // Of a daemon that did not get as far as to look at them. They stay kept for the next one.
        lock (_guard)
        {
            foreach (var kept in _unclaimed)
                kept.Descriptor.Dispose();
            _unclaimed.Clear();
        }
    }

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
}
