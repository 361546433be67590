namespace Mptcp.ControlPlane.Cli;

/// <summary>What the process tells whoever started it.</summary>
enum ExitCode
{
    /// <summary>What was asked for is done.</summary>
    Done = 0,

    /// <summary>The daemon or the kernel refused, or it did not come about.</summary>
    Refused = 1,

    /// <summary>The command line is wrong; nothing was asked of the daemon.</summary>
    BadUsage = 2,

    /// <summary>The daemon could not be reached, or did not answer in time.</summary>
    Unreachable = 3,

    /// <summary>Interrupted while waiting for an answer: 128 and the number of SIGINT, as shells have it.</summary>
    Interrupted = 130,
}
