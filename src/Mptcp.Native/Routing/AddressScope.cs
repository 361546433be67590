namespace Mptcp.Native.Routing;

/// <summary>How far an address is valid: RT_SCOPE_* of <c>include/uapi/linux/rtnetlink.h</c>. Others are an administrator's own.</summary>
public enum AddressScope : byte
{
    /// <summary>Everywhere.</summary>
    Global = 0,

    /// <summary>Within a site (IPv6, which has given it up).</summary>
    Site = 200,

    /// <summary>On the link.</summary>
    Link = 253,

    /// <summary>Within the host.</summary>
    Host = 254,

    /// <summary>Nowhere.</summary>
    Nowhere = 255,
}
