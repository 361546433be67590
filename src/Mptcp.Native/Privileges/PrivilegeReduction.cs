using System.Text;
using Mptcp.Native.Interop;

namespace Mptcp.Native.Privileges;

/// <summary>What a program shall be allowed from its next start on, whoever starts what.</summary>
/// <param name="Kept">The capabilities that it keeps; the process must have them.</param>
/// <param name="User">The user and the group that it becomes; null to stay who it is.</param>
/// <param name="Groups">Its supplementary groups; null to keep those that it has.</param>
public sealed record PrivilegeReduction(CapabilitySet Kept, (uint User, uint Group)? User, IReadOnlyList<uint>? Groups)
{
    private const string OwnProgram = "/proc/self/exe";

    /// <summary>
    /// Gives up everything else and starts the program anew in its place: same process, same arguments, same descriptors. A thread's
    /// privileges are its own, and so those of all threads become what they shall be.
    /// </summary>
    /// <param name="environment">What to add to its environment: whereby it knows that this has been done.</param>
    /// <exception cref="SystemCallException">The kernel refuses. What was given up until then is gone.</exception>
    public void Restart(params IReadOnlyList<(string Name, string Value)> environment)
    {
        var own = ThreadPrivileges.ReadOwn();
        // A process that has just changed its user cannot read these of itself.
        var program = File.ResolveLinkTarget(OwnProgram, returnFinalTarget: false)?.FullName;
        var arguments = Texts(File.ReadAllBytes("/proc/self/cmdline"));
        var added = environment.Select(variable => (Name: Encoding.UTF8.GetBytes($"{variable.Name}="), variable.Value)).ToList();
        var variables = Texts(File.ReadAllBytes("/proc/self/environ"))
            .Where(variable => !added.Exists(one => variable.AsSpan().StartsWith(one.Name)))
            .Concat(added.Select(one => (byte[])[.. one.Name, .. Encoding.UTF8.GetBytes(one.Value)]))
            .ToList();

        // The bounding set first, while it may be changed.
        if (own.Effective.Contains(Capability.SetPcap))
        {
            foreach (var capability in own.Bounding.Without(Kept).Numbers)
                Libc.DropFromBoundingSet(capability);
        }

        if (Groups is not null)
            Libc.SetGroups(Groups);
        if (User is var (user, group))
            Libc.BecomeUser(user, group);
        Libc.SetCapabilities(Kept.Bits);
        Libc.ClearAmbientSet();
        foreach (var capability in Kept.Numbers)
            Libc.RaiseInAmbientSet(capability);
        Libc.ForbidNewPrivileges();
        Libc.Execute(File.Exists(program) ? program : OwnProgram, arguments, variables);
    }

    // Texts that each end with a zero, of which none has to be in UTF-8.
    private static List<byte[]> Texts(byte[] content)
    {
        var texts = new List<byte[]>();
        for (var start = 0; start < content.Length;)
        {
            var end = Array.IndexOf(content, (byte)0, start);
            end = end < 0 ? content.Length : end;
            texts.Add(content[start..end]);
            start = end + 1;
        }

        return texts;
    }
}
