using Mptcp.Native.Interop;

namespace Mptcp.Native.Netlink;

/// <summary>The kernel understood a request and refused it; nothing was changed.</summary>
public sealed class KernelRefusedException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="operation">What was asked, for instance "subflow-create".</param>
    /// <param name="errno">The error it gave.</param>
    /// <param name="kernelText">Its own words, where it gave any.</param>
    /// <param name="attributeOffset">Where in the request the attribute stands that it objects to, in bytes.</param>
    /// <param name="missingAttribute">The type of an attribute that it misses.</param>
    public KernelRefusedException(
        string operation, Errno errno, string? kernelText = null, int? attributeOffset = null, int? missingAttribute = null)
        : base($"the kernel refused {operation}: {errno.Name} ({kernelText ?? errno.Description})")
    {
        Operation = operation;
        Errno = errno;
        KernelText = kernelText;
        AttributeOffset = attributeOffset;
        MissingAttribute = missingAttribute;
    }

    /// <summary>What was asked, for instance "subflow-create".</summary>
    public string Operation { get; }

    /// <summary>The error it gave.</summary>
    public Errno Errno { get; }

    /// <summary>Its own words (NLMSGERR_ATTR_MSG), where it gave any.</summary>
    public string? KernelText { get; }

    /// <summary>Where in the request the attribute stands that it objects to, in bytes (NLMSGERR_ATTR_OFFS).</summary>
    public int? AttributeOffset { get; }

    /// <summary>The type of an attribute that it misses (NLMSGERR_ATTR_MISS_TYPE).</summary>
    public int? MissingAttribute { get; }
}
