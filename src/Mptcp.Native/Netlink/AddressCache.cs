using System.Net;

namespace Mptcp.Native.Netlink;

/// <summary>Makes addresses of bytes, and the same object of the same bytes where it can: a host has few addresses, many times. One thread at a time may use it.</summary>
internal sealed class AddressCache
{
    private const int Size = 256; // a power of two

    private readonly (UInt128 Key, int Length, IPAddress? Address)[] _entries = new (UInt128, int, IPAddress?)[Size];

    /// <summary>Makes an address; an IPv6 address that maps an IPv4 address becomes that.</summary>
    /// <param name="bytes">4 or 16 bytes.</param>
    public IPAddress Read(ReadOnlySpan<byte> bytes)
    {
        UInt128 key = bytes.Length == 4 ? BitConverter.ToUInt32(bytes) : BitConverter.ToUInt128(bytes);
        ref var entry = ref _entries[key.GetHashCode() & (Size - 1)];
        if (entry.Address is not null && entry.Key == key && entry.Length == bytes.Length)
            return entry.Address;

        var address = new IPAddress(bytes);
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        entry = (key, bytes.Length, address);
        return address;
    }
}
