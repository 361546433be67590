namespace Mptcp.ControlPlane.Server.Security.Audit;

/// <summary>Where the audit trail goes.</summary>
internal sealed record AuditOptions
{
    /// <summary>The file to write it into, absolute; null for none.</summary>
    public string? File { get; init; }

    /// <summary>How many bytes the file may have before another is begun.</summary>
    public int MaxBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>How many files are kept, with the one that is written.</summary>
    public int Files { get; init; } = 8;

    /// <summary>Whether it goes into the journal of systemd.</summary>
    public bool Journal { get; init; }

    /// <summary>Whether nothing may be changed while it cannot be written.</summary>
    public bool Required { get; init; }

    /// <summary>Whether the answers of controllers are recorded.</summary>
    public bool Decisions { get; init; } = true;

    /// <summary>How many entries are held in memory.</summary>
    public int MemoryEntries { get; init; } = 10_000;
}
