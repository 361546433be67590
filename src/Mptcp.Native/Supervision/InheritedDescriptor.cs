using System.Globalization;
using Mptcp.Native.Interop;

namespace Mptcp.Native.Supervision;

/// <summary>A descriptor that the service manager kept for the process before this one (<c>sd_listen_fds_with_names(3)</c>).</summary>
/// <param name="Name">The name that it was given to be kept under.</param>
/// <param name="Descriptor">The descriptor; whoever takes it closes it.</param>
public sealed record InheritedDescriptor(string Name, SafeDescriptor Descriptor)
{
    private const int First = 3; // SD_LISTEN_FDS_START

    /// <summary>Takes all that this process was started with. They are no longer passed on to programs that it starts.</summary>
    /// <param name="process">What LISTEN_PID says: whom they are for.</param>
    /// <param name="count">What LISTEN_FDS says: how many there are.</param>
    /// <param name="names">What LISTEN_FDNAMES says: their names, parted by colons.</param>
    /// <returns>None where they are for another process, or the variables make no sense.</returns>
    public static IReadOnlyList<InheritedDescriptor> TakeAll(string? process, string? count, string? names)
    {
        if (!int.TryParse(process, NumberStyles.None, CultureInfo.InvariantCulture, out var id) || id != Environment.ProcessId
            || !int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return [];
        }

        var all = names?.Split(':') ?? [];
        var taken = new List<InheritedDescriptor>();
        for (var place = 0; place < number && Libc.TakeInherited(First + place) is { } descriptor; place++)
            taken.Add(new InheritedDescriptor(place < all.Length ? all[place] : "", descriptor));
        return taken;
    }
}
