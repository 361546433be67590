using Mptcp.ControlPlane.Server.Hosting;
using Mptcp.ControlPlane.Server.Hosting.Configuration;
using Mptcp.Fuzzing.Engine;

namespace Mptcp.Fuzzing.Harnesses.Server;

/// <summary>The command line of the daemon, one argument a line.</summary>
internal sealed class DaemonCommandHarness() : Harness("daemon-command-lines")
{
    public override IReadOnlyList<byte[]> Seeds { get; } = Bytes(
        "--socket\n/run/x.sock\n--socket-group\n0\n--socket-mode\n0660\n--listen\nhttp://127.0.0.1:0",
        "--namespace\nself\n--namespace=blue*\n--state-dir\n/var/lib/x");

    public override IReadOnlyList<byte[]> Words { get; } = Bytes(
        "\n", "=", "--socket\n", "--socket-group=", "--socket-mode=", "--listen=http://[::1]:0", "--listen=http://localhost:65536", "--namespace\n",
        "--state-dir\n", "--config\n/dev/null", "--", "@x", "\ufffd", "--version");

    public override void Take(byte[] input)
    {
        // No argument of a process has a zero in it.
        var arguments = Text(input).Replace("\0", "", StringComparison.Ordinal).Split('\n');
        // Certificates would be made. Help and the version are printed, and end the command line.
        if (arguments.Any(argument => argument == "certificates" || argument.StartsWith("-h", StringComparison.Ordinal) || argument.StartsWith("--h", StringComparison.Ordinal)
            || argument.StartsWith("-?", StringComparison.Ordinal) || argument.StartsWith("--v", StringComparison.Ordinal)))
        {
            return;
        }

        try
        {
            var code = new DaemonCommand().InvokeAsync(arguments, _ => Task.FromResult(0)).GetAwaiter().GetResult();
            BrokenPromiseException.Unless(code == 0, "what is right is run");
        }
        catch (ConfigurationException exception)
        {
            BrokenPromiseException.Unless(exception.Message.Length > 0, "a refusal has words");
        }
    }
}
