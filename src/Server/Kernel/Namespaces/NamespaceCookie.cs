using System.Globalization;
using Mptcp.Native.Namespaces;

namespace Mptcp.ControlPlane.Server.Kernel.Namespaces;

/// <summary>What tells a network namespace from every other of the host's boot, whatever it is called: its inode is given to another after its end.</summary>
internal static class NamespaceCookie
{
    /// <summary>Reads it.</summary>
    /// <returns>Null where the kernel has none.</returns>
    public static string? Find(NetworkNamespace networkNamespace) => networkNamespace.FindCookie()?.ToString(CultureInfo.InvariantCulture);
}
