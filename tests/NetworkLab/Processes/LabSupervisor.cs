using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Mptcp.Lab.Interop;

namespace Mptcp.Lab;

/// <summary>
/// A service manager as a service sees it: hears what that tells it, keeps descriptors for it, and starts it with them
/// (<c>sd_notify(3)</c>, <c>sd_pid_notify_with_fds(3)</c>, <c>sd_listen_fds(3)</c>).
/// </summary>
public sealed class LabSupervisor : IAsyncDisposable
{
    // Moves the descriptors to where the service looks for them, and says that they are for the process that it is by then.
    const string Starter = "exec $MOVES; LISTEN_PID=$$ exec \"$@\"";

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("mptcp-lab-supervisor-");
    readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    readonly Thread _thread;
    readonly Lock _guard = new();
    readonly SemaphoreSlim _reading = new(1);
    readonly List<SupervisorMessage> _messages = [];
    readonly List<(string Name, SafeFileHandle Descriptor)> _store = [];
    Exception? _failure;

    /// <summary>Begins to listen.</summary>
    public LabSupervisor()
    {
        _socket.Bind(new UnixDomainSocketEndPoint(Address));
        _thread = new Thread(Receive) { IsBackground = true, Name = "lab supervisor" };
        _thread.Start();
    }

    /// <summary>Where it listens.</summary>
    public string Address => Path.Combine(_directory.FullName, "notify");

    /// <summary>What it was told so far.</summary>
    public IReadOnlyList<SupervisorMessage> Messages
    {
        get
        {
            lock (_guard)
                return _failure is null ? [.. _messages] : throw new InvalidOperationException("the supervisor failed", _failure);
        }
    }

    /// <summary>The names of what it keeps, in order.</summary>
    public IReadOnlyList<string> Kept
    {
        get
        {
            lock (_guard)
                return [.. _store.Select(kept => kept.Name).Order(StringComparer.Ordinal)];
        }
    }

    /// <summary>Awaits the first message after some that matches.</summary>
    public async Task<SupervisorMessage> MessageAsync(string what, Func<SupervisorMessage, bool> matches, int skip = 0)
    {
        SupervisorMessage? found = null;
        try
        {
            await LabWait.UntilAsync(what, () => (found = Messages.Skip(skip).FirstOrDefault(matches)) is not null, Patience);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message}; it was told:\n{string.Join('\n', Messages)}", e);
        }

        return found!;
    }

    /// <summary>Keeps a descriptor that no service gave it.</summary>
    public void Keep(string name, SafeHandle descriptor)
    {
        lock (_guard)
            _store.Add((name, Kernel.DuplicateToLeave(descriptor)));
    }

    /// <summary>Keeps something under another name than the service said.</summary>
    public void Rename(string name, string other)
    {
        lock (_guard)
            _store[_store.FindIndex(kept => kept.Name == name)] = (other, _store.Find(kept => kept.Name == name).Descriptor);
    }

    /// <summary>Has it do nothing of what it is told until it is to go on, as a manager that is busy.</summary>
    public void Pause() => _reading.Wait();

    /// <summary>Has it go on, after a pause.</summary>
    public void GoOn() => _reading.Release();

    /// <summary>Starts a service in a host's namespace, with everything that is kept.</summary>
    /// <param name="host">The host.</param>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="watchdog">After how long a silence it should be taken for hung.</param>
    public LabProcess Start(LabHost host, string program, IEnumerable<string> arguments, TimeSpan? watchdog = null)
    {
        lock (_guard)
        {
            var passed = _store.ConvertAll(kept => Kernel.DuplicateToLeave(kept.Descriptor));
            try
            {
                var start = new ProcessStartInfo("bash", ["-c", Command(passed), program, program, .. arguments]);
                start.Environment["NOTIFY_SOCKET"] = Address;
                start.Environment["FDSTORE"] = "64";
                if (passed.Count > 0)
                {
                    start.Environment["LISTEN_FDS"] = Text(passed.Count);
                    start.Environment["LISTEN_FDNAMES"] = string.Join(':', _store.Select(kept => kept.Name));
                }

                if (watchdog is { } interval)
                    start.Environment["WATCHDOG_USEC"] = Text((long)interval.TotalMicroseconds);
                return host.StartProcess(start);
            }
            finally
            {
                passed.ForEach(descriptor => descriptor.Dispose());
            }
        }
    }

    /// <summary>Ends it, and closes what it keeps.</summary>
    public ValueTask DisposeAsync()
    {
        _socket.Shutdown(SocketShutdown.Both);
        // Of a test that failed during a pause.
        GoOn();
        _thread.Join();
        _socket.Dispose();
        _reading.Dispose();
        _store.ForEach(kept => kept.Descriptor.Dispose());
        _directory.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    static string Command(List<SafeFileHandle> passed)
    {
        var moves = passed.Select((descriptor, place) => $"{Text(3 + place)}<&{Number(descriptor)} {Number(descriptor)}<&-");
        return Starter.Replace("$MOVES", string.Join(' ', moves), StringComparison.Ordinal);

        static string Number(SafeFileHandle descriptor) => Text(descriptor.DangerousGetHandle());
    }

    static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    void Receive()
    {
        try
        {
            var descriptors = new List<SafeFileHandle>();
            while (Kernel.ReceiveWithDescriptors(_socket, descriptors) is { } datagram)
            {
                var message = new SupervisorMessage(
                    System.Text.Encoding.UTF8.GetString(datagram).Split('\n', StringSplitOptions.RemoveEmptyEntries), TimeProvider.System.GetTimestamp());
                _reading.Wait();
                lock (_guard)
                    Take(message, descriptors);
                _reading.Release();
                descriptors.Clear();
            }
        }
        catch (Exception e)
        {
            lock (_guard)
                _failure = e;
        }
    }

    void Take(SupervisorMessage message, List<SafeFileHandle> descriptors)
    {
        _messages.Add(message);
        var name = message.Find("FDNAME") ?? "stored";
        if (message.Has("FDSTORE=1"))
            _store.AddRange(descriptors.Select(descriptor => (name, descriptor)));
        else
            descriptors.ForEach(descriptor => descriptor.Dispose());
        if (!message.Has("FDSTOREREMOVE=1"))
            return;
        foreach (var (_, descriptor) in _store.Where(kept => kept.Name == name))
            descriptor.Dispose();
        _store.RemoveAll(kept => kept.Name == name);
    }
}
