using System.Text;

namespace Mptcp.ControlPlane.Cli.Commands;

/// <summary>The file that policies stand in.</summary>
static class PolicyFile
{
    const string StandardInput = "-";

    /// <summary>How messages call it.</summary>
    public static string NameOf(string file) => file == StandardInput ? "<stdin>" : file;

    /// <exception cref="CommandException">It cannot be read.</exception>
    public static async Task<string> ReadAsync(string file, Terminal terminal, CancellationToken cancellationToken)
    {
        try
        {
            if (file != StandardInput)
                return await File.ReadAllTextAsync(file, cancellationToken);
            using var reader = new StreamReader(terminal.Input(), Encoding.UTF8);
            return await reader.ReadToEndAsync(cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.BadUsage, $"{NameOf(file)} cannot be read: {e.Message}");
        }
    }
}
