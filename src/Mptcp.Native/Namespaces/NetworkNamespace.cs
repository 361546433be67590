using System.Net.Sockets;
using System.Runtime.ExceptionServices;
using Mptcp.Native.Interop;

namespace Mptcp.Native.Namespaces;

/// <summary>
/// A network namespace: this process's own, or one found by name or path. What a namespace's thread opens (sockets,
/// files below /proc/sys/net) stays in that namespace whichever thread uses it later.
/// </summary>
public sealed class NetworkNamespace : IDisposable
{
    /// <summary>Where <c>ip netns add</c> keeps named namespaces.</summary>
    public const string NamesDirectory = "/run/netns";

    private const string OwnFile = "/proc/self/ns/net";
    private const string CallersFile = "/proc/thread-self/ns/net";

    private readonly string _path;

    // Keeps it the same namespace when its name is given to another; null for the own one.
    private readonly SafeDescriptor? _target;

    private readonly ulong? _inode;

    private NetworkNamespace(string path, SafeDescriptor? target)
    {
        _path = path;
        _target = target;
        _inode = target is null ? null : Libc.GetIdentity(target).Inode;
    }

    /// <summary>The namespace this process was started in.</summary>
    public static NetworkNamespace Own { get; } = new("own", target: null);

    /// <summary>
    /// The inode of the namespace, the number in <c>net:[4026531840]</c>: two namespaces have different ones while both exist.
    /// </summary>
    /// <exception cref="SystemCallException">There is no /proc.</exception>
    public ulong Inode => _inode ?? Libc.FindIdentity(OwnFile)?.Inode ?? throw new SystemCallException($"read {OwnFile}", Errno.NotFound);

    /// <summary>Finds a namespace.</summary>
    /// <param name="nameOrPath">A name below <see cref="NamesDirectory"/>, or, when it holds a slash, the path of a namespace file.</param>
    /// <exception cref="SystemCallException">There is no such file, or it is not for this process.</exception>
    public static NetworkNamespace Find(string nameOrPath)
    {
        ArgumentException.ThrowIfNullOrEmpty(nameOrPath);
        var path = nameOrPath.Contains('/', StringComparison.Ordinal) ? nameOrPath : Path.Combine(NamesDirectory, nameOrPath);
        return new NetworkNamespace(path, Libc.OpenForReading(path));
    }

    /// <summary>
    /// Runs a function in the namespace: at once for the own one and the one that the caller is in, by whatever name; else on a
    /// thread of its own that enters it (CAP_SYS_ADMIN).
    /// </summary>
    /// <typeparam name="T">What it returns.</typeparam>
    /// <param name="function">The function; it must not await.</param>
    /// <exception cref="SystemCallException">The namespace is gone, or not for this process.</exception>
    public T Invoke<T>(Func<T> function)
    {
        ArgumentNullException.ThrowIfNull(function);
        if (_target is null || IsCallersOwn(_target))
            return function();

        // It may be disposed meanwhile, and its number be given to another file.
        var held = false;
        _target.DangerousAddRef(ref held);
        try
        {
            return InvokeThere(function, _target);
        }
        finally
        {
            _target.DangerousRelease();
        }
    }

    /// <summary>
    /// Finds what tells the namespace from every other of the host's boot, whatever it is called: its inode is given to another
    /// after its end.
    /// </summary>
    /// <returns>Null on kernels before 5.14, which have none.</returns>
    /// <exception cref="SystemCallException">The namespace is gone, or not for this process.</exception>
    public ulong? FindCookie()
    {
        using var socket = Invoke(() => new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified));
        return Libc.DescribeSocket(socket.SafeHandle)?.NamespaceCookie;
    }

    /// <summary>Lets go of the namespace, which is then free to end. The own one is not let go of.</summary>
    public void Dispose() => _target?.Dispose();

    private T InvokeThere<T>(Func<T> function, SafeDescriptor target)
    {
        T? result = default;
        ExceptionDispatchInfo? failure = null;
        var visitor = new Thread(() =>
        {
            try
            {
                Libc.EnterNetworkNamespace(target, _path);
                result = function();
            }
            catch (Exception exception)
            {
                failure = ExceptionDispatchInfo.Capture(exception);
            }
        })
        {
            Name = "namespace visitor",
            IsBackground = true,
        };
        visitor.Start();
        visitor.Join();
        failure?.Throw();
        return result!;
    }

    private static bool IsCallersOwn(SafeDescriptor target)
        => Libc.FindIdentity(CallersFile) is { } callers && callers.IsFile(Libc.GetIdentity(target));

    /// <summary>The path of the namespace, or "own".</summary>
    public override string ToString() => _path;
}
