namespace Mptcp.ControlPlane.Cli;

/// <summary>A command cannot go on, or what it asked for did not come about.</summary>
/// <param name="exitCode">What the process is to say of it.</param>
/// <param name="message">What went wrong and what to do, in one line without the program's name.</param>
sealed class CommandException(ExitCode exitCode, string message) : Exception(message)
{
    public ExitCode ExitCode => exitCode;
}
