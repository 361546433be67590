using System.Net.Sockets;
using Mptcp.Native.Interop;

namespace Mptcp.ControlPlane.Server.Hosting;

/// <summary>
/// The daemon's Unix socket. One daemon at a time has it, which a lock on a file beside it makes sure of: whoever holds the
/// lock knows that a socket file is its own or a dead one's. The lock's file stays, for removing it would open a race.
/// </summary>
internal sealed class ControlSocket : IDisposable
{
    /// <summary>What follows the socket's path in that of the lock's file.</summary>
    public const string LockSuffix = ".lock";

    /// <summary>The permissions of a directory that is made for the socket.</summary>
    public const UnixFileMode DirectoryMode =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute;

    private static readonly Errno NoSuchDeviceOrAddress = new(6); // ENXIO

    private readonly DaemonOptions _options;
    private readonly FileStream _lock;

    private ControlSocket(DaemonOptions options, FileStream heldLock)
    {
        _options = options;
        _lock = heldLock;
    }

    /// <summary>Takes the path, and clears away what a daemon that died has left there.</summary>
    /// <exception cref="StartupException">Somebody serves there, or the path cannot be used.</exception>
    public static ControlSocket Claim(DaemonOptions options)
    {
        var path = options.SocketPath;
        try
        {
            MakeDirectory(Path.GetDirectoryName(path)!, options.SocketGroup);
            var claimed = new ControlSocket(options, Lock(path + LockSuffix, path));
            try
            {
                RemoveStale(path);
                return claimed;
            }
            catch
            {
                claimed._lock.Dispose();
                throw;
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"cannot serve on {path}: {exception.Message}", exception);
        }
    }

    /// <summary>Makes the socket. Nobody can connect before it listens, and by then its permissions are as they shall be.</summary>
    /// <exception cref="StartupException">The path cannot be used.</exception>
    public Socket Bind()
    {
        var path = _options.SocketPath;
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Bind(new UnixDomainSocketEndPoint(path));
            File.SetUnixFileMode(path, _options.SocketMode);
            if (_options.SocketGroup is { } group)
                FileOwnership.SetGroup(path, group);
            return socket;
        }
        catch (Exception exception) when (exception is SocketException or IOException or UnauthorizedAccessException)
        {
            socket.Dispose();
            throw new StartupException($"cannot serve on {path}: {exception.Message}", exception);
        }
    }

    /// <summary>Removes the socket and lets the path go.</summary>
    public void Dispose()
    {
        if (File.Exists(_options.SocketPath))
            File.Delete(_options.SocketPath);
        _lock.Dispose();
    }

    private static void MakeDirectory(string directory, uint? group)
    {
        // The default directory is the daemon's alone, whoever made it; any other that is there is left as it is.
        if (Directory.Exists(directory) && directory != Path.GetDirectoryName(DaemonOptions.DefaultSocketPath))
            return;
        Directory.CreateDirectory(directory);
        File.SetUnixFileMode(directory, DirectoryMode); // Whatever the umask.
        if (group is { } owner)
            FileOwnership.SetGroup(directory, owner);
    }

    private static FileStream Lock(string file, string path)
    {
        // FileShare.None is flock(LOCK_EX) here, which ends with the process however it ends.
        var options = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        try
        {
            return new FileStream(file, options);
        }
        catch (IOException exception) when (exception.HResult == Errno.TryAgain.Number)
        {
            throw AlreadyServing(path);
        }
    }

    private static void RemoveStale(string path)
    {
        if (!Path.Exists(path))
            return;
        if (!IsSocket(path))
            throw new StartupException($"cannot serve on {path}: something that is not a socket is there");

        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionRefused)
        {
            File.Delete(path); // Nobody listens there any more.
            return;
        }
        catch (SocketException exception)
        {
            throw new StartupException($"cannot serve on {path}: {exception.Message}", exception);
        }

        throw AlreadyServing(path);
    }

    // .NET does not tell a file's type, but open(2) does: sockets are what it refuses with ENXIO.
    private static bool IsSocket(string path)
    {
        try
        {
            File.OpenHandle(path).Dispose();
            return false;
        }
        catch (IOException exception) when (exception.HResult == NoSuchDeviceOrAddress.Number)
        {
            return true;
        }
        catch (UnauthorizedAccessException) when (Directory.Exists(path))
        {
            return false;
        }
    }

    private static StartupException AlreadyServing(string path) => new($"another mptcp-controld is already serving {path}");
}
