using CsCheck;
using Mptcp.Native.Interop;
using Mptcp.Native.Netlink;
using Mptcp.Native.PathManagement;

namespace Mptcp.Native.Tests.Netlink;

public class RoundTripProperties
{
    private static readonly Gen<Endpoint> AnyEndpoint = Gen.Select(
        Gen.OneOf(Gen.Byte.Array[4], Gen.Byte.Array[16]).Select(bytes => new System.Net.IPAddress(bytes)),
        Gen.Byte,
        Gen.UShort,
        Gen.UInt,
        Gen.Int,
        (address, id, port, flags, index) => new Endpoint(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address)
        {
            Id = id,
            Port = port,
            Flags = (EndpointFlags)flags,
            InterfaceIndex = index,
        });

    [Fact]
    public void Attributes_that_are_written_are_read_as_they_were() => AttributeTree.AnyList(depth: 3).Sample(
        trees =>
        {
            var request = new RequestWriter(28, 0, "test");
            foreach (var tree in trees)
                tree.Write(request);

            var messages = new MessageReader(request.Finish(7));
            Assert.True(messages.MoveNext());
            AttributeTree.AssertReadAll(trees, new AttributeReader(messages.Payload, "test"));
            Assert.False(messages.MoveNext());
        },
        iter: 2_000,
        print: trees => string.Join(", ", (object[])trees));

    [Fact]
    public void An_endpoint_that_is_written_is_read_as_it_was() => AnyEndpoint.Sample(
        endpoint =>
        {
            var request = GenericNetlinkController.Request(28, 3, 1, 0, "test");
            EndpointCodec.Write(request, MptcpHeaders.MPTCP_PM_ATTR_ADDR, endpoint);
            Assert.Equal(endpoint, EndpointCodec.ReadEndpoint(request.Finish(1)[NetlinkHeaders.NLMSG_HDRLEN..]));
        },
        iter: 2_000);
}
