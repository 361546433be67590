using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Text;
using static Mptcp.Native.Interop.NetlinkHeaders;

namespace Mptcp.Native.Netlink;

/// <summary>
/// Walks over a run of netlink attributes. Every read checks the attribute's length, and names the attribute when the
/// length is wrong. Numbers are in host order unless a method's name says otherwise.
/// </summary>
internal ref struct AttributeReader
{
    private readonly string _context;
    private readonly Func<ushort, string?>? _names;
    private ReadOnlySpan<byte> _rest;
    private ReadOnlySpan<byte> _value;

    /// <param name="attributes">The bytes of the attributes, without whatever header precedes them.</param>
    /// <param name="context">What they belong to, for messages: "event".</param>
    /// <param name="names">Tells the name of an attribute by its type, for messages.</param>
    public AttributeReader(ReadOnlySpan<byte> attributes, string context, Func<ushort, string?>? names = null)
    {
        _rest = attributes;
        _context = context;
        _names = names;
    }

    /// <summary>The type of the attribute read last, without its two flag bits.</summary>
    public ushort Type { get; private set; }

    /// <summary>The bytes of the attribute read last.</summary>
    public readonly ReadOnlySpan<byte> Value => _value;

    /// <summary>Goes on to the next attribute.</summary>
    /// <returns>False at the end.</returns>
    /// <exception cref="NetlinkFormatException">An attribute says that it is longer than what is left, or shorter than its header.</exception>
    public bool MoveNext()
    {
        // A tail shorter than a header is padding.
        if (_rest.Length < NLA_HDRLEN)
            return false;

        var length = BinaryPrimitives.ReadUInt16LittleEndian(_rest);
        Type = (ushort)(BinaryPrimitives.ReadUInt16LittleEndian(_rest[2..]) & NLA_TYPE_MASK);
        if (length < NLA_HDRLEN || length > _rest.Length)
            throw new NetlinkFormatException($"{_context}: attribute {Name} claims {length} bytes, {_rest.Length} are left");

        _value = _rest[NLA_HDRLEN..length];
        _rest = _rest[Math.Min(Align(length), _rest.Length)..];
        return true;
    }

    public readonly byte ReadByte() => Exactly(1)[0];

    public readonly ushort ReadUInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Exactly(2));

    public readonly ushort ReadUInt16BigEndian() => BinaryPrimitives.ReadUInt16BigEndian(Exactly(2));

    public readonly uint ReadUInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Exactly(4));

    public readonly ulong ReadUInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Exactly(8));

    public readonly int ReadInt32() => BinaryPrimitives.ReadInt32LittleEndian(Exactly(4));

    public readonly IPAddress ReadIPv4Address() => new(Exactly(4));

    /// <summary>Reads an IPv4 address, as an object that a cache may have.</summary>
    public readonly IPAddress ReadIPv4Address(AddressCache addresses) => addresses.Read(Exactly(4));

    /// <summary>Reads an IPv6 address, as an object that a cache may have; one that maps an IPv4 address is returned as that.</summary>
    public readonly IPAddress ReadIPv6Address(AddressCache addresses) => addresses.Read(Exactly(16));

    /// <summary>Reads an IPv6 address; one that maps an IPv4 address is returned as that.</summary>
    public readonly IPAddress ReadIPv6Address()
    {
        var address = ReadIPv6AddressAsIs();
        return address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
    }

    /// <summary>Reads an IPv6 address that is not to be taken for an IPv4 one, whatever its bits are.</summary>
    public readonly IPAddress ReadIPv6AddressAsIs() => new(Exactly(16));

    /// <summary>Reads text up to its terminating zero, or the attribute's end where there is none.</summary>
    public readonly string ReadString()
    {
        var end = _value.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? _value : _value[..end]);
    }

    /// <summary>Reads the attributes inside this one.</summary>
    /// <param name="names">Tells the name of an attribute by its type, for messages.</param>
    public readonly AttributeReader ReadNested(Func<ushort, string?>? names = null)
        => new(_value, $"{_context}.{_names?.Invoke(Type) ?? Number}", names);

    private readonly string Number => Type.ToString(CultureInfo.InvariantCulture);

    private readonly string Name => _names?.Invoke(Type) is { } name ? $"{name} ({Type})" : Number;

    private readonly ReadOnlySpan<byte> Exactly(int length)
        => _value.Length == length
            ? _value
            : throw new NetlinkFormatException(
                $"{_context}: attribute {Name}: expected {length} {(length == 1 ? "byte" : "bytes")}, got {_value.Length}");

    private static int Align(int length) => (length + 3) & ~3;
}
