using System.Runtime.InteropServices;

namespace Mptcp.Native.Interop;

/// <summary>An error number of the kernel, with its name and its meaning in words.</summary>
/// <param name="Number">The number as in <c>errno(3)</c>, always positive.</param>
public readonly record struct Errno(int Number)
{
    // Numbers of include/uapi/asm-generic/errno-base.h and errno.h, which x86, Arm and RISC-V share.
    private static readonly string[] Names =
    [
        "", "EPERM", "ENOENT", "ESRCH", "EINTR", "EIO", "ENXIO", "E2BIG",
        "ENOEXEC", "EBADF", "ECHILD", "EAGAIN", "ENOMEM", "EACCES", "EFAULT", "ENOTBLK",
        "EBUSY", "EEXIST", "EXDEV", "ENODEV", "ENOTDIR", "EISDIR", "EINVAL", "ENFILE",
        "EMFILE", "ENOTTY", "ETXTBSY", "EFBIG", "ENOSPC", "ESPIPE", "EROFS", "EMLINK",
        "EPIPE", "EDOM", "ERANGE", "EDEADLK", "ENAMETOOLONG", "ENOLCK", "ENOSYS", "ENOTEMPTY",
        "ELOOP", "", "ENOMSG", "EIDRM", "ECHRNG", "EL2NSYNC", "EL3HLT", "EL3RST",
        "ELNRNG", "EUNATCH", "ENOCSI", "EL2HLT", "EBADE", "EBADR", "EXFULL", "ENOANO",
        "EBADRQC", "EBADSLT", "", "EBFONT", "ENOSTR", "ENODATA", "ETIME", "ENOSR",
        "ENONET", "ENOPKG", "EREMOTE", "ENOLINK", "EADV", "ESRMNT", "ECOMM", "EPROTO",
        "EMULTIHOP", "EDOTDOT", "EBADMSG", "EOVERFLOW", "ENOTUNIQ", "EBADFD", "EREMCHG", "ELIBACC",
        "ELIBBAD", "ELIBSCN", "ELIBMAX", "ELIBEXEC", "EILSEQ", "ERESTART", "ESTRPIPE", "EUSERS",
        "ENOTSOCK", "EDESTADDRREQ", "EMSGSIZE", "EPROTOTYPE", "ENOPROTOOPT", "EPROTONOSUPPORT", "ESOCKTNOSUPPORT", "EOPNOTSUPP",
        "EPFNOSUPPORT", "EAFNOSUPPORT", "EADDRINUSE", "EADDRNOTAVAIL", "ENETDOWN", "ENETUNREACH", "ENETRESET", "ECONNABORTED",
        "ECONNRESET", "ENOBUFS", "EISCONN", "ENOTCONN", "ESHUTDOWN", "ETOOMANYREFS", "ETIMEDOUT", "ECONNREFUSED",
        "EHOSTDOWN", "EHOSTUNREACH", "EALREADY", "EINPROGRESS", "ESTALE", "EUCLEAN", "ENOTNAM", "ENAVAIL",
        "EISNAM", "EREMOTEIO", "EDQUOT", "ENOMEDIUM", "EMEDIUMTYPE", "ECANCELED", "ENOKEY", "EKEYEXPIRED",
        "EKEYREVOKED", "EKEYREJECTED", "EOWNERDEAD", "ENOTRECOVERABLE", "ERFKILL", "EHWPOISON",
    ];

    /// <summary>EPERM: a capability is missing.</summary>
    public static readonly Errno NotPermitted = new(1);

    /// <summary>ENOENT: there is no such thing.</summary>
    public static readonly Errno NotFound = new(2);

    /// <summary>ESRCH: there is no such connection or subflow.</summary>
    public static readonly Errno NoSuchProcess = new(3);

    /// <summary>EINTR: a signal came first.</summary>
    public static readonly Errno Interrupted = new(4);

    /// <summary>EAGAIN: nothing is there now.</summary>
    public static readonly Errno TryAgain = new(11);

    /// <summary>EACCES: file permissions forbid it.</summary>
    public static readonly Errno AccessDenied = new(13);

    /// <summary>EBUSY: it is in use.</summary>
    public static readonly Errno Busy = new(16);

    /// <summary>EEXIST: it is there already.</summary>
    public static readonly Errno Exists = new(17);

    /// <summary>ENODEV: there is no such network interface.</summary>
    public static readonly Errno NoSuchDevice = new(19);

    /// <summary>ENOTDIR: a part of the path is no directory.</summary>
    public static readonly Errno NotDirectory = new(20);

    /// <summary>EINVAL: the kernel does not take it like that.</summary>
    public static readonly Errno Invalid = new(22);

    /// <summary>ENOSPC: there is no place left.</summary>
    public static readonly Errno NoSpace = new(28);

    /// <summary>ERANGE: there is no number left.</summary>
    public static readonly Errno OutOfRange = new(34);

    /// <summary>ENAMETOOLONG: the path or name is longer than it may be.</summary>
    public static readonly Errno NameTooLong = new(36);

    /// <summary>ENOSYS: this kernel has no such system call.</summary>
    public static readonly Errno NoSuchCall = new(38);

    /// <summary>EPROTONOSUPPORT: the kernel was built without the protocol.</summary>
    public static readonly Errno ProtocolNotSupported = new(93);

    /// <summary>EOPNOTSUPP: this kernel cannot do it.</summary>
    public static readonly Errno NotSupported = new(95);

    /// <summary>EADDRINUSE: something else uses the address and port.</summary>
    public static readonly Errno AddressInUse = new(98);

    /// <summary>EADDRNOTAVAIL: the host does not own the address, or no route leads from it.</summary>
    public static readonly Errno AddressNotAvailable = new(99);

    /// <summary>ENOBUFS: a socket buffer ran over.</summary>
    public static readonly Errno NoBuffers = new(105);

    /// <summary>ENOTCONN: the connection is not, or no longer, established.</summary>
    public static readonly Errno NotConnected = new(107);

    /// <summary>ETIMEDOUT: nobody answered.</summary>
    public static readonly Errno TimedOut = new(110);

    /// <summary>Every name that an error number has, in C spelling.</summary>
    public static IEnumerable<string> AllNames => Names.Where(name => name.Length > 0);

    /// <summary>The name in C spelling, for instance <c>EADDRNOTAVAIL</c>; <c>E</c> and the number where it has none.</summary>
    public string Name => HasName ? Names[Number] : $"E{Number}";

    /// <summary>Whether the number has a name of its own.</summary>
    public bool HasName => Number > 0 && Number < Names.Length && Names[Number].Length > 0;

    /// <summary>The meaning as the C library words it.</summary>
    public string Description => Marshal.GetPInvokeErrorMessage(Number);

    /// <summary>Finds an error number by its <see cref="Name"/>.</summary>
    /// <returns>Null when none has that name.</returns>
    public static Errno? Find(string name) => Array.IndexOf(Names, name) is > 0 and var number ? new Errno(number) : null;

    /// <summary>The name and the meaning: <c>ENOENT (No such file or directory)</c>.</summary>
    public override string ToString() => $"{Name} ({Description})";
}
