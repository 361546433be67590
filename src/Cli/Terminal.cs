namespace Mptcp.ControlPlane.Cli;

/// <summary>What surrounds one run of the program.</summary>
sealed class Terminal
{
    /// <summary>Where results go.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Where the one line about what went wrong goes.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>True when <see cref="Out"/> is a terminal that understands escape sequences.</summary>
    public bool IsAnsi { get; init; }

    /// <summary>Reads an environment variable; null where there is none.</summary>
    public Func<string, string?> Environment { get; init; } = _ => null;
}
