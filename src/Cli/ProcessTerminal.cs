using Microsoft.Win32.SafeHandles;

namespace Mptcp.ControlPlane.Cli;

/// <summary>The surroundings of a real process.</summary>
static class ProcessTerminal
{
    const int StandardOutput = 1;

    public static Terminal Create() => new(OpenOutput(), Console.Error)
    {
        IsAnsi = !Console.IsOutputRedirected
            && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
            && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb"),
        Environment = Environment.GetEnvironmentVariable,
        Input = Console.OpenStandardInput,
    };

    // The console's own stream keeps quiet when the reader of a pipe has gone, so that a watch would go on for ever; a
    // FileStream says so. But to a file that standard error may share it would write at a position of its own.
    static Stream OpenOutput()
    {
        var output = new FileStream(new SafeFileHandle(StandardOutput, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        return output.CanSeek ? Console.OpenStandardOutput() : output;
    }
}
