using System.ComponentModel;
using Mptcp.Lab.Interop;

namespace Mptcp.Lab;

public sealed partial class LabHost
{
    const string NamesDirectory = "/run/netns";

    /// <summary>Gives the namespace a name, as <c>ip netns attach</c> does: a file of /run/netns. It is taken back with the lab.</summary>
    /// <param name="name">A file name. All labs of a machine that eng/in-namespace made share the directory.</param>
    /// <exception cref="InvalidOperationException">/run/netns is not the private one that eng/in-namespace mounts.</exception>
    /// <exception cref="IOException">The name is taken.</exception>
    /// <exception cref="Win32Exception">The kernel refuses the mount.</exception>
    public void AttachName(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (!IsPrivate(NamesDirectory))
            throw new InvalidOperationException($"{NamesDirectory} is the host's: start this process with eng/in-namespace");

        var file = Path.Combine(NamesDirectory, name);
        new FileStream(file, FileMode.CreateNew, FileAccess.Write).Dispose();
        try
        {
            Kernel.BindMount(NamespacePath, file);
        }
        catch (Win32Exception)
        {
            File.Delete(file);
            throw;
        }

        _names.Add(name);
    }

    /// <summary>Takes a name back.</summary>
    /// <exception cref="ArgumentException">The host has no such name.</exception>
    /// <exception cref="Win32Exception">The kernel refuses the unmounting.</exception>
    public void DetachName(string name)
    {
        if (!_names.Remove(name))
            throw new ArgumentException($"the {Name} has no name '{name}'", nameof(name));
        var file = Path.Combine(NamesDirectory, name);
        Kernel.Unmount(file);
        File.Delete(file);
    }

    // proc(5): "ID PARENT MAJOR:MINOR ROOT MOUNTPOINT OPTIONS… - TYPE SOURCE OPTIONS". The source is eng/in-namespace's signature.
    static bool IsPrivate(string directory) =>
        File.ReadLines("/proc/self/mountinfo")
            .Where(line => line.Split(' ')[4] == directory)
            .LastOrDefault()?.Contains(" - tmpfs mptcp-lab ", StringComparison.Ordinal) ?? false;
}
