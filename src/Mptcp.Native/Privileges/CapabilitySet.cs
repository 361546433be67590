using System.Globalization;
using System.Numerics;

namespace Mptcp.Native.Privileges;

/// <summary>A set of capabilities, those included that the product has no name for.</summary>
/// <param name="Bits">A bit for each, by the kernel's numbers.</param>
public readonly record struct CapabilitySet(ulong Bits)
{
    // Those of 6.18, by their numbers.
    private static readonly string[] Names =
    [
        "CHOWN", "DAC_OVERRIDE", "DAC_READ_SEARCH", "FOWNER", "FSETID", "KILL", "SETGID", "SETUID", "SETPCAP", "LINUX_IMMUTABLE",
        "NET_BIND_SERVICE", "NET_BROADCAST", "NET_ADMIN", "NET_RAW", "IPC_LOCK", "IPC_OWNER", "SYS_MODULE", "SYS_RAWIO", "SYS_CHROOT",
        "SYS_PTRACE", "SYS_PACCT", "SYS_ADMIN", "SYS_BOOT", "SYS_NICE", "SYS_RESOURCE", "SYS_TIME", "SYS_TTY_CONFIG", "MKNOD", "LEASE",
        "AUDIT_WRITE", "AUDIT_CONTROL", "SETFCAP", "MAC_OVERRIDE", "MAC_ADMIN", "SYSLOG", "WAKE_ALARM", "BLOCK_SUSPEND", "AUDIT_READ",
        "PERFMON", "BPF", "CHECKPOINT_RESTORE",
    ];

    /// <summary>No capability.</summary>
    public static CapabilitySet None => default;

    /// <summary>How many there are in it.</summary>
    public int Count => BitOperations.PopCount(Bits);

    /// <summary>Whether there is none in it.</summary>
    public bool IsEmpty => Bits == 0;

    /// <summary>The numbers of those in it.</summary>
    public IEnumerable<int> Numbers
    {
        get
        {
            var bits = Bits;
            return Enumerable.Range(0, 64).Where(number => (bits >> number & 1) == 1);
        }
    }

    /// <summary>Makes a set of some.</summary>
    public static CapabilitySet Of(params IEnumerable<Capability> capabilities)
        => new(capabilities.Aggregate(0UL, (bits, capability) => bits | 1UL << (int)capability));

    /// <summary>Reads a set as <c>/proc/PID/status</c> has it, in hexadecimal.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static CapabilitySet Parse(string text) => new(ulong.Parse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));

    /// <summary>Whether a capability is in it.</summary>
    public bool Contains(Capability capability) => (Bits >> (int)capability & 1) == 1;

    /// <summary>What is in both.</summary>
    public CapabilitySet And(CapabilitySet other) => new(Bits & other.Bits);

    /// <summary>What is in either.</summary>
    public CapabilitySet Or(CapabilitySet other) => new(Bits | other.Bits);

    /// <summary>What is in it and not in the other.</summary>
    public CapabilitySet Without(CapabilitySet other) => new(Bits & ~other.Bits);

    /// <summary>A capability's name, such as CAP_NET_ADMIN.</summary>
    public static string NameOf(Capability capability) => NameOf((int)capability);

    /// <summary>The names, such as <c>CAP_NET_ADMIN, CAP_BPF</c>.</summary>
    public override string ToString() => string.Join(", ", Numbers.Select(NameOf));

    private static string NameOf(int number)
        => number < Names.Length ? "CAP_" + Names[number] : "CAP_" + number.ToString(CultureInfo.InvariantCulture);
}
