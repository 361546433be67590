using System.Diagnostics;
using System.Threading.Channels;
using Mptcp.Lab.Interop;

namespace Mptcp.Lab;

/// <summary>A program that runs in a host's namespace, its output kept line by line. The lab kills it, if nothing else ends it before.</summary>
public sealed class LabProcess : IAsyncDisposable
{
    readonly Process _process;
    readonly string _command;
    readonly CancellationTokenSource _stop = new();
    readonly List<string> _transcript = [];
    readonly Channel<string> _output = Channel.CreateUnbounded<string>();
    readonly Channel<string> _errors = Channel.CreateUnbounded<string>();
    readonly Task _pumps;
    bool _disposed;

    LabProcess(Process process, string command)
    {
        _process = process;
        _command = command;
        _pumps = Task.WhenAll(
            PumpAsync(process.StandardOutput, _output.Writer, "out: "),
            PumpAsync(process.StandardError, _errors.Writer, "err: "));
    }

    /// <summary>The process id.</summary>
    public int Id => _process.Id;

    /// <summary>Whether the process has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>The lines of standard output that nobody has read yet; completed at its end.</summary>
    public ChannelReader<string> Output => _output.Reader;

    /// <summary>The lines of standard error that nobody has read yet; completed at its end.</summary>
    public ChannelReader<string> Errors => _errors.Reader;

    /// <summary>The process's standard input.</summary>
    public StreamWriter Input => _process.StandardInput;

    /// <summary>Every line so far of both streams, as they came, each after <c>out: </c> or <c>err: </c>. For messages.</summary>
    public string Transcript
    {
        get
        {
            lock (_transcript)
                return string.Join('\n', _transcript);
        }
    }

    /// <summary>Reads lines up to one that contains a text: the way to await that a program is ready.</summary>
    /// <param name="lines"><see cref="Output"/> or <see cref="Errors"/>.</param>
    /// <param name="text">The text.</param>
    /// <param name="timeout">How long to wait; <see cref="LabWait.DefaultTimeout"/> when null.</param>
    /// <returns>The line.</returns>
    /// <exception cref="InvalidOperationException">The stream ended without such a line; the message has the transcript.</exception>
    /// <exception cref="TimeoutException">No such line came in time.</exception>
    public async Task<string> ReadUntilAsync(ChannelReader<string> lines, string text, TimeSpan? timeout = null)
    {
        using var stop = new CancellationTokenSource(timeout ?? LabWait.DefaultTimeout);
        try
        {
            await foreach (var line in lines.ReadAllAsync(stop.Token))
            {
                if (line.Contains(text, StringComparison.Ordinal))
                    return line;
            }
        }
        catch (OperationCanceledException e)
        {
            throw new TimeoutException($"timed out waiting for '{text}' from {_command}, which wrote:\n{Transcript}", e);
        }

        throw new InvalidOperationException($"{_command} ended without '{text}', having written:\n{Transcript}");
    }

    /// <summary>Waits for the process to end.</summary>
    /// <param name="timeout">How long to wait; <see cref="LabWait.DefaultTimeout"/> when null.</param>
    /// <returns>The exit code; 128 + N when signal N ended it.</returns>
    /// <exception cref="TimeoutException">It did not end in time.</exception>
    public async Task<int> WaitForExitAsync(TimeSpan? timeout = null)
    {
        using var stop = new CancellationTokenSource(timeout ?? LabWait.DefaultTimeout);
        try
        {
            await _process.WaitForExitAsync(stop.Token);
        }
        catch (OperationCanceledException e)
        {
            throw new TimeoutException($"timed out waiting for the end of {_command}, which wrote:\n{Transcript}", e);
        }

        return _process.ExitCode;
    }

    /// <summary>Asks the process to end (SIGTERM), if it has not yet.</summary>
    public void Terminate()
    {
        if (!_process.HasExited)
            Kernel.Terminate(Id);
    }

    /// <summary>Tells the process that its terminal is gone (SIGHUP).</summary>
    public void HangUp() => Kernel.HangUp(Id);

    /// <summary>Has the process stand still (SIGSTOP), as on a machine that has no time for it, until <see cref="Resume"/>.</summary>
    public void Pause() => Kernel.Stop(Id);

    /// <summary>Lets a paused process go on (SIGCONT).</summary>
    public void Resume() => Kernel.Continue(Id);

    /// <summary>Ends the process and its children (SIGKILL), as a crash would.</summary>
    public void Kill() => _process.Kill(entireProcessTree: true);

    /// <summary>Kills what still runs and waits for its end.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;
        _disposed = true;
        Kill();
        await _process.WaitForExitAsync();
        await _stop.CancelAsync(); // a grandchild that outlives the kill may hold the pipes
        await _pumps;
        _process.Dispose();
        _stop.Dispose();
    }

    internal static LabProcess Start(LabHost host, ProcessStartInfo start)
    {
        if (start.Arguments.Length > 0)
            throw new ArgumentException("give the arguments in ArgumentList", nameof(start));

        // The kernel kills the child when the thread that forked it, the host's, dies: also when this process is killed.
        string[] guard = ["--pdeathsig", "KILL", "--", start.FileName];
        var guarded = new ProcessStartInfo("setpriv", guard.Concat(start.ArgumentList))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = start.WorkingDirectory,
        };
        guarded.Environment.Clear();
        foreach (var (name, value) in start.Environment)
            guarded.Environment[name] = value;

        var command = string.Join(' ', start.ArgumentList.Prepend(start.FileName));
        return new LabProcess(host.Run(() => Process.Start(guarded) ?? throw new UnreachableException()), command);
    }

    async Task PumpAsync(StreamReader reader, ChannelWriter<string> lines, string prefix)
    {
        try
        {
            while (await reader.ReadLineAsync(_stop.Token) is { } line)
            {
                lock (_transcript)
                    _transcript.Add(prefix + line);
                lines.TryWrite(line); // unbounded: always taken
            }
        }
        catch (OperationCanceledException)
        {
            // Disposed: nobody reads on.
        }
        finally
        {
            lines.Complete();
        }
    }
}
