namespace Mptcp.ControlPlane.Server.Security.Limits;

/// <summary>How much callers may take of the daemon, as the configuration states it.</summary>
internal sealed record LimitRules
{
    /// <summary>How many connections may be open, on the Unix socket and over TCP each.</summary>
    public int Connections { get; init; } = 4_096;

    /// <summary>How many connections one user of the Unix socket, or one network address, may have open.</summary>
    public int ConnectionsPerCaller { get; init; } = 256;

    /// <summary>How many connections a second one user or one network address may make, and how many of them at once; 0 for any number.</summary>
    public int ConnectionsPerSecond { get; init; } = 200;

    /// <summary>How many bytes a second are read of one user or one network address; 0 for any number. What comes faster waits.</summary>
    public int BytesPerSecond { get; init; } = 8 * 1024 * 1024;

    /// <summary>How many streams one caller may have open, over all its connections.</summary>
    public int StreamsPerCaller { get; init; } = 10_000;

    /// <summary>How many calls that are no streams one caller may be waiting for.</summary>
    public int CallsPerCaller { get; init; } = 1_024;

    /// <summary>How many requests a second one caller may make, and how many of them at once; 0 for as many as it likes.</summary>
    public int RequestsPerSecond { get; init; } = 2_000;

    /// <summary>How long a request's message may be, in bytes, also once it is decompressed; but for that of Watch.</summary>
    public int RequestBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>How long a request's headers may be, in bytes: their names, their values and 32 for each, as HTTP/2 counts.</summary>
    public int HeaderBytes { get; init; } = 16 * 1024;

    /// <summary>How long a connection may go without its first request, and headers that have begun without their end.</summary>
    public TimeSpan FirstByte { get; init; } = TimeSpan.FromSeconds(10);
}
