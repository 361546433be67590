using System.Runtime.ExceptionServices;
using Mptcp.Native.Interop;

namespace Mptcp.Native.Namespaces;

/// <summary>
/// A network namespace: this process's own, or one found by name or path. What a namespace's thread opens (sockets,
/// files below /proc/sys/net) stays in that namespace whichever thread uses it later.
/// </summary>
public sealed class NetworkNamespace
{
    /// <summary>Where <c>ip netns add</c> keeps named namespaces.</summary>
    public const string NamesDirectory = "/run/netns";

    private readonly string _path;

    // Keeps it the same namespace when its name is given to another; null for the own one.
    private readonly SafeDescriptor? _target;

    private NetworkNamespace(string path, SafeDescriptor? target)
    {
        _path = path;
        _target = target;
    }

    /// <summary>The namespace this process was started in.</summary>
    public static NetworkNamespace Own { get; } = new("own", target: null);

    /// <summary>Finds a namespace.</summary>
    /// <param name="nameOrPath">A name below <see cref="NamesDirectory"/>, or, when it holds a slash, the path of a namespace file.</param>
    /// <exception cref="SystemCallException">There is no such file, or it is not for this process.</exception>
    public static NetworkNamespace Find(string nameOrPath)
    {
        ArgumentException.ThrowIfNullOrEmpty(nameOrPath);
        var path = nameOrPath.Contains('/', StringComparison.Ordinal) ? nameOrPath : Path.Combine(NamesDirectory, nameOrPath);
        return new NetworkNamespace(path, Libc.OpenForReading(path));
    }

    /// <summary>Runs a function in the namespace: at once for the own one, else on a thread of its own that enters it (CAP_SYS_ADMIN).</summary>
    /// <typeparam name="T">What it returns.</typeparam>
    /// <param name="function">The function; it must not await.</param>
    /// <exception cref="SystemCallException">The namespace is gone, or not for this process.</exception>
    public T Invoke<T>(Func<T> function)
    {
        ArgumentNullException.ThrowIfNull(function);
        if (_target is null)
            return function();

        T? result = default;
        ExceptionDispatchInfo? failure = null;
        var visitor = new Thread(() =>
        {
            try
            {
                Libc.EnterNetworkNamespace(_target, _path);
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

    /// <summary>The path of the namespace, or "own".</summary>
    public override string ToString() => _path;
}
