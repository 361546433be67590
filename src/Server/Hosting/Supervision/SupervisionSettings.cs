using System.Globalization;
using Mptcp.Native.Supervision;

namespace Mptcp.ControlPlane.Server.Hosting.Supervision;

/// <summary>What the service manager that started the daemon offers, and what it expects.</summary>
internal sealed record SupervisionSettings
{
    /// <summary>Nobody supervises the daemon.</summary>
    public static SupervisionSettings None { get; } = new();

    /// <summary>Where it is to be told of the daemon's state; null where it does not want to know.</summary>
    public string? Address { get; init; }

    /// <summary>After how long a silence it takes the daemon for hung; null where it does not look.</summary>
    public TimeSpan? Watchdog { get; init; }

    /// <summary>How many descriptors it keeps; null where it does not say whether it keeps any (systemd before 254).</summary>
    public int? StoreLimit { get; init; }

    /// <summary>What it kept for this daemon.</summary>
    public IReadOnlyList<InheritedDescriptor> Inherited { get; init; } = [];

    /// <summary>
    /// Reads the variables of <c>sd_notify(3)</c>, <c>sd_watchdog_enabled(3)</c> and <c>sd_listen_fds(3)</c>, and removes them: a
    /// program that the daemon starts is not whom they mean.
    /// </summary>
    public static SupervisionSettings TakeFromEnvironment()
    {
        var address = Take("NOTIFY_SOCKET");
        var (interval, watched) = (Take("WATCHDOG_USEC"), Take("WATCHDOG_PID"));
        var limit = Take("FDSTORE");
        var inherited = InheritedDescriptor.TakeAll(Take("LISTEN_PID"), Take("LISTEN_FDS"), Take("LISTEN_FDNAMES"));
        return new SupervisionSettings
        {
            Address = address,
            Watchdog = ReadWatchdog(interval, watched),
            StoreLimit = int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null,
            Inherited = inherited,
        };
    }

    /// <summary>Reads how long the daemon may be silent.</summary>
    /// <param name="interval">WATCHDOG_USEC, in microseconds.</param>
    /// <param name="process">WATCHDOG_PID: who is watched, where that is said.</param>
    /// <returns>Null where another process is meant, or nothing that makes sense.</returns>
    public static TimeSpan? ReadWatchdog(string? interval, string? process)
    {
        if (!long.TryParse(interval, NumberStyles.None, CultureInfo.InvariantCulture, out var microseconds) || microseconds == 0)
            return null;
        if (process is not null && process != Environment.ProcessId.ToString(CultureInfo.InvariantCulture))
            return null;
        var most = TimeSpan.MaxValue.Ticks / TimeSpan.TicksPerMicrosecond;
        return TimeSpan.FromMicroseconds(Math.Min(microseconds, most));
    }

    private static string? Take(string name)
    {
        var value = Environment.GetEnvironmentVariable(name);
        Environment.SetEnvironmentVariable(name, null);
        return string.IsNullOrEmpty(value) ? null : value;
    }
}
