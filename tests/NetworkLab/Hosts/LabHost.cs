using System.Diagnostics;

namespace Mptcp.Lab;

/// <summary>
/// One host of the lab: a private network namespace and the thread that works in it. What is opened through <see cref="Run{T}"/> belongs to
/// the namespace for good, whichever thread uses it later. The namespace ends with the lab, or with the last socket opened in it.
/// </summary>
/// <remarks>
/// Functions given to a host should open, read and return. A thread started from inside one (by the thread pool, too) stays in the
/// namespace; long work belongs after the return.
/// </remarks>
public sealed partial class LabHost : IAsyncDisposable
{
    readonly NamespaceThread _thread;
    readonly List<LabProcess> _processes = [];
    readonly HashSet<string> _names = [];
    bool _disposed;

    internal LabHost(string name)
    {
        Name = name;
        _thread = new NamespaceThread(name);
    }

    /// <summary>What the host is called in messages: <c>client</c> or <c>server</c>.</summary>
    public string Name { get; }

    /// <summary>A path of the network namespace that other processes of the same user can open while the lab lives.</summary>
    public string NamespacePath => _thread.NamespacePath;

    /// <summary>Runs a function in the host's namespace and waits for it. It may be called from inside another such function.</summary>
    /// <exception cref="ObjectDisposedException">The lab has been disposed.</exception>
    public T Run<T>(Func<T> function) => _thread.Run(function);

    /// <inheritdoc cref="Run{T}(Func{T})"/>
    public void Run(Action action) => _thread.Run<object?>(() =>
    {
        action();
        return null;
    });

    /// <summary>Runs a function in the host's namespace.</summary>
    /// <exception cref="ObjectDisposedException">The lab has been disposed.</exception>
    public Task<T> RunAsync<T>(Func<T> function) => _thread.RunAsync(function);

    /// <inheritdoc cref="RunAsync{T}(Func{T})"/>
    public Task RunAsync(Action action) => _thread.RunAsync<object?>(() =>
    {
        action();
        return null;
    });

    /// <summary>Runs an asynchronous function in the host's namespace up to its first incomplete await; the rest runs outside.</summary>
    /// <exception cref="ObjectDisposedException">The lab has been disposed.</exception>
    public Task<T> RunAsync<T>(Func<Task<T>> function) => _thread.RunAsync(function).Unwrap();

    /// <inheritdoc cref="RunAsync{T}(Func{Task{T}})"/>
    public Task RunAsync(Func<Task> function) => _thread.RunAsync(function).Unwrap();

    /// <summary>
    /// Starts a program in the host's namespace. It is killed when the lab is disposed, and by the kernel should this process die first.
    /// </summary>
    /// <param name="start">
    /// The program; arguments in <see cref="ProcessStartInfo.ArgumentList"/>. The standard streams are redirected.
    /// </param>
    /// <exception cref="ArgumentException">Arguments are given as one string.</exception>
    /// <exception cref="ObjectDisposedException">The lab has been disposed.</exception>
    public LabProcess StartProcess(ProcessStartInfo start)
    {
        var process = LabProcess.Start(this, start);
        lock (_processes)
            _processes.Add(process);
        return process;
    }

    /// <inheritdoc cref="StartProcess(ProcessStartInfo)"/>
    /// <param name="program">The program, a path or a name to be found in PATH.</param>
    /// <param name="arguments">Its arguments.</param>
    public LabProcess StartProcess(string program, params IEnumerable<string> arguments) =>
        StartProcess(new ProcessStartInfo(program, arguments));

    /// <summary>Runs iproute2's <c>ip</c> in the host's namespace.</summary>
    /// <param name="arguments">The command without the leading <c>ip</c>: <c>link set dev path1 down</c>.</param>
    /// <param name="cancellationToken">Kills the command.</param>
    /// <returns>What it printed.</returns>
    /// <exception cref="InvalidOperationException">It failed; the message has the command and its standard error.</exception>
    public Task<string> IpAsync(string arguments, CancellationToken cancellationToken = default) =>
        LabCommand.RunAsync(this, new ProcessStartInfo("ip", arguments), input: "", cancellationToken);

    /// <summary>Runs several <c>ip</c> commands as one program, up to the first that fails.</summary>
    /// <param name="commands">The commands without the leading <c>ip</c>.</param>
    /// <param name="cancellationToken">Kills the program.</param>
    /// <exception cref="InvalidOperationException">One failed; the message has its standard error.</exception>
    public Task IpAsync(IEnumerable<string> commands, CancellationToken cancellationToken) =>
        LabCommand.RunAsync(this, new ProcessStartInfo("ip", "-batch -"), string.Join('\n', commands), cancellationToken);

    /// <summary>Runs a short program.</summary>
    /// <param name="program">The program, a path or a name to be found in PATH.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>What it printed, without the end of its last line.</returns>
    /// <exception cref="InvalidOperationException">It failed; the message has its standard error.</exception>
    public async Task<string> RunProgramAsync(string program, params IEnumerable<string> arguments) =>
        (await LabCommand.RunAsync(this, new ProcessStartInfo(program, arguments), input: "", CancellationToken.None)).TrimEnd('\n');

    /// <summary>Reads a sysctl of the host's namespace.</summary>
    /// <param name="name">The name with dots, such as <c>net.mptcp.pm_type</c>.</param>
    /// <exception cref="IOException">There is no such sysctl.</exception>
    public string GetSysctl(string name) => Run(() => File.ReadAllText(SysctlPath(name)).Trim());

    /// <summary>Sets a sysctl of the host's namespace. Those of net.mptcp hold for sockets opened afterwards.</summary>
    /// <param name="name">The name with dots, such as <c>net.mptcp.pm_type</c>.</param>
    /// <param name="value">The new value.</param>
    /// <exception cref="IOException">There is no such sysctl, or the kernel refuses the value.</exception>
    /// <exception cref="UnauthorizedAccessException">The sysctl is read-only, or is the whole machine's.</exception>
    public void SetSysctl(string name, string value) => Run(() => File.WriteAllText(SysctlPath(name), value));

    /// <summary>Ends the host: its processes, its names, its links, its thread. The lab does it, unless a test has reason to before.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;
        _disposed = true;
        try
        {
            foreach (var process in _processes)
                await process.DisposeAsync();
            foreach (var name in _names.ToArray())
                DetachName(name);
            await DeleteLinksAsync();
        }
        finally
        {
            _thread.Dispose();
        }
    }

    static string SysctlPath(string name) => "/proc/sys/" + name.Replace('.', '/');
}
