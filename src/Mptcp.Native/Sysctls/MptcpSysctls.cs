using Mptcp.Native.Interop;
using Mptcp.Native.Namespaces;
using Mptcp.Native.Netlink;

namespace Mptcp.Native.Sysctls;

/// <summary>The settings below <c>net.mptcp</c> of one network namespace (<c>Documentation/networking/mptcp-sysctl.rst</c>).</summary>
/// <param name="networkNamespace">The namespace.</param>
public sealed class MptcpSysctls(NetworkNamespace networkNamespace)
{
    private const string Directory = "/proc/sys/net/mptcp";

    /// <summary>Reads every setting, ordered by name.</summary>
    /// <exception cref="MptcpUnavailableException">The kernel has no MPTCP.</exception>
    public IReadOnlyList<Sysctl> List() => networkNamespace.Invoke(() =>
    {
        if (!System.IO.Directory.Exists(Directory))
            throw new MptcpUnavailableException($"this kernel has no MPTCP ({Directory} is missing)");
        return System.IO.Directory.EnumerateFiles(Directory).Order(StringComparer.Ordinal).Select(Read).ToList();
    });

    /// <summary>Reads one setting.</summary>
    /// <param name="name">Its name without the prefix.</param>
    /// <returns>Null when the kernel has no setting of this name.</returns>
    public Sysctl? Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!IsName(name))
            return null;
        var path = Path.Combine(Directory, name);
        return networkNamespace.Invoke(() => File.Exists(path) ? Read(path) : null);
    }

    /// <summary>Writes one setting.</summary>
    /// <param name="name">Its name without the prefix.</param>
    /// <param name="value">Its new value.</param>
    /// <exception cref="KernelRefusedException">EINVAL: not a value for it; EACCES: read-only, or a capability is missing; ENOENT.</exception>
    public void Set(string name, string value)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(value);
        var error = IsName(name)
            ? networkNamespace.Invoke(() => Libc.TryOverwrite(Path.Combine(Directory, name), value))
            : Errno.NotFound;
        if (error is { } errno)
            throw new KernelRefusedException($"net.mptcp.{name} = \"{value}\"", errno);
    }

    private static Sysctl Read(string path) => new(
        Path.GetFileName(path),
        KernelFile.Read(path),
        (File.GetUnixFileMode(path) & (UnixFileMode.UserWrite | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) == 0);

    // Anything else could lead out of the directory.
    private static bool IsName(string name) => name.Length > 0 && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_');
}
