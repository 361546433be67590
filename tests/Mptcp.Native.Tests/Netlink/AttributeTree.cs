using System.Net;
using CsCheck;
using Mptcp.Native.Netlink;

namespace Mptcp.Native.Tests.Netlink;

/// <summary>An attribute of any kind that there is, for properties: written, and read by its own kind.</summary>
/// <param name="Type">Its type.</param>
internal abstract record AttributeTree(ushort Type)
{
    private static readonly Gen<ushort> AnyType = Gen.UShort[0, 0x3fff];

    // Texts end at a zero.
    private static readonly Gen<string> AnyText = Gen.String[Gen.Char['\u0001', '\u2fff'], 0, 40];

    private static readonly Gen<IPAddress> AnyIPv4 = Gen.Byte.Array[4].Select(bytes => new IPAddress(bytes));

    // Mapped addresses are read as IPv4.
    private static readonly Gen<IPAddress> AnyIPv6
        = Gen.Byte.Array[16].Select(bytes => new IPAddress(bytes)).Where(address => !address.IsIPv4MappedToIPv6);

    private static readonly Gen<AttributeTree> AnyLeaf = Gen.OneOf(
        Gen.Select(AnyType, Gen.Byte, (type, value) => (AttributeTree)new Octet(type, value)),
        Gen.Select(AnyType, Gen.UShort, (type, value) => (AttributeTree)new Short(type, value)),
        Gen.Select(AnyType, Gen.UInt, (type, value) => (AttributeTree)new Word(type, value)),
        Gen.Select(AnyType, Gen.Int, (type, value) => (AttributeTree)new SignedWord(type, value)),
        Gen.Select(AnyType, AnyText, (type, value) => (AttributeTree)new Text(type, value)),
        Gen.Select(AnyType, AnyIPv4, (type, value) => (AttributeTree)new IPv4(type, value)),
        Gen.Select(AnyType, AnyIPv6, (type, value) => (AttributeTree)new IPv6(type, value)));

    public static Gen<AttributeTree[]> AnyList(int depth) => Any(depth).Array[0, 6];

    public abstract void Write(RequestWriter request);

    /// <summary>Fails unless the attribute that the reader is at is this one.</summary>
    public abstract void AssertRead(AttributeReader attributes);

    public static void AssertReadAll(IReadOnlyList<AttributeTree> expected, AttributeReader attributes)
    {
        foreach (var tree in expected)
        {
            Assert.True(attributes.MoveNext());
            Assert.Equal(tree.Type, attributes.Type);
            tree.AssertRead(attributes);
        }

        Assert.False(attributes.MoveNext());
    }

    private static Gen<AttributeTree> Any(int depth) => depth == 0
        ? AnyLeaf
        : Gen.Frequency(
            (3, AnyLeaf),
            (1, Gen.Select(AnyType, AnyList(depth - 1), (type, inside) => (AttributeTree)new Branch(type, inside))));

    private sealed record Octet(ushort Type, byte Value) : AttributeTree(Type)
    {
        public override void Write(RequestWriter request) => request.Write(Type, Value);

        public override void AssertRead(AttributeReader attributes) => Assert.Equal(Value, attributes.ReadByte());
    }

    private sealed record Short(ushort Type, ushort Value) : AttributeTree(Type)
    {
        public override void Write(RequestWriter request) => request.Write(Type, Value);

        public override void AssertRead(AttributeReader attributes) => Assert.Equal(Value, attributes.ReadUInt16());
    }

    private sealed record Word(ushort Type, uint Value) : AttributeTree(Type)
    {
        public override void Write(RequestWriter request) => request.Write(Type, Value);

        public override void AssertRead(AttributeReader attributes) => Assert.Equal(Value, attributes.ReadUInt32());
    }

    private sealed record SignedWord(ushort Type, int Value) : AttributeTree(Type)
    {
        public override void Write(RequestWriter request) => request.Write(Type, Value);

        public override void AssertRead(AttributeReader attributes) => Assert.Equal(Value, attributes.ReadInt32());
    }

    private sealed record Text(ushort Type, string Value) : AttributeTree(Type)
    {
        public override void Write(RequestWriter request) => request.Write(Type, Value);

        public override void AssertRead(AttributeReader attributes) => Assert.Equal(Value, attributes.ReadString());
    }

    private sealed record IPv4(ushort Type, IPAddress Value) : AttributeTree(Type)
    {
        public override void Write(RequestWriter request) => request.Write(Type, Value);

        public override void AssertRead(AttributeReader attributes) => Assert.Equal(Value, attributes.ReadIPv4Address());
    }

    private sealed record IPv6(ushort Type, IPAddress Value) : AttributeTree(Type)
    {
        public override void Write(RequestWriter request) => request.Write(Type, Value);

        public override void AssertRead(AttributeReader attributes) => Assert.Equal(Value, attributes.ReadIPv6Address());
    }

    private sealed record Branch(ushort Type, AttributeTree[] Inside) : AttributeTree(Type)
    {
        public override void Write(RequestWriter request)
        {
            using (request.Nest(Type))
            {
                foreach (var tree in Inside)
                    tree.Write(request);
            }
        }

        public override void AssertRead(AttributeReader attributes) => AssertReadAll(Inside, attributes.ReadNested());

        public override string ToString() => $"Branch {Type} [{string.Join(", ", (object[])Inside)}]";
    }
}
