using System.Net;
using System.Net.Sockets;
using Mptcp.Native.Interop;
using Mptcp.Native.Netlink;
using static Mptcp.Native.Interop.GenericNetlinkHeaders;
using static Mptcp.Native.Interop.MptcpHeaders;

namespace Mptcp.Native.PathManagement;

/// <summary>Addresses and limits between records and attributes.</summary>
internal static class EndpointCodec
{
    private const ushort AF_INET = 2;
    private const ushort AF_INET6 = 10;

    /// <summary>Writes an address nest; what has its default value is left out, except the id where it is asked for.</summary>
    public static void Write(RequestWriter request, ushort attribute, Endpoint endpoint, bool withId = true)
    {
        using (request.Nest(attribute))
        {
            WriteAddress(request, endpoint.Address);
            if (withId)
                request.Write(MPTCP_PM_ADDR_ATTR_ID, endpoint.Id);
            if (endpoint.Port != 0)
                request.Write(MPTCP_PM_ADDR_ATTR_PORT, endpoint.Port);
            if (endpoint.Flags != EndpointFlags.None)
                request.Write(MPTCP_PM_ADDR_ATTR_FLAGS, (uint)endpoint.Flags);
            if (endpoint.InterfaceIndex != 0)
                request.Write(MPTCP_PM_ADDR_ATTR_IF_IDX, endpoint.InterfaceIndex);
        }
    }

    /// <summary>Writes one end of a subflow.</summary>
    public static void Write(RequestWriter request, ushort attribute, IPEndPoint end)
        => Write(request, attribute, new Endpoint(end.Address) { Port = (ushort)end.Port }, withId: false);

    /// <summary>Writes an address nest that holds an id alone.</summary>
    public static void WriteId(RequestWriter request, ushort attribute, byte id)
    {
        using (request.Nest(attribute))
            request.Write(MPTCP_PM_ADDR_ATTR_ID, id);
    }

    public static Endpoint ReadEndpoint(ReadOnlySpan<byte> payload)
    {
        var attributes = Attributes(payload, "address");
        while (attributes.MoveNext())
        {
            if (attributes.Type == MPTCP_PM_ATTR_ADDR)
                return ReadAddress(attributes.ReadNested(MptcpAttributeNames.OfAddress));
        }

        throw new NetlinkFormatException("address: the attribute ADDR is missing");
    }

    public static EndpointLimits ReadLimits(ReadOnlySpan<byte> payload)
    {
        uint? subflows = null, accepted = null;
        var attributes = Attributes(payload, "limits");
        while (attributes.MoveNext())
        {
            switch (attributes.Type)
            {
                case MPTCP_PM_ATTR_SUBFLOWS: subflows = attributes.ReadUInt32(); break;
                case MPTCP_PM_ATTR_RCV_ADD_ADDRS: accepted = attributes.ReadUInt32(); break;
            }
        }

        return new EndpointLimits(
            subflows ?? throw new NetlinkFormatException("limits: the attribute SUBFLOWS is missing"),
            accepted ?? throw new NetlinkFormatException("limits: the attribute RCV_ADD_ADDRS is missing"));
    }

    private static void WriteAddress(RequestWriter request, IPAddress address)
    {
        if (address.AddressFamily == AddressFamily.InterNetwork)
        {
            request.Write(MPTCP_PM_ADDR_ATTR_FAMILY, AF_INET);
            request.Write(MPTCP_PM_ADDR_ATTR_ADDR4, address);
        }
        else
        {
            request.Write(MPTCP_PM_ADDR_ATTR_FAMILY, AF_INET6);
            request.Write(MPTCP_PM_ADDR_ATTR_ADDR6, address);
        }
    }

    private static Endpoint ReadAddress(AttributeReader attributes)
    {
        IPAddress? address = null;
        byte id = 0;
        ushort port = 0;
        uint flags = 0;
        var interfaceIndex = 0;
        while (attributes.MoveNext())
        {
            switch (attributes.Type)
            {
                case MPTCP_PM_ADDR_ATTR_ID: id = attributes.ReadByte(); break;
                case MPTCP_PM_ADDR_ATTR_ADDR4: address = attributes.ReadIPv4Address(); break;
                case MPTCP_PM_ADDR_ATTR_ADDR6: address = attributes.ReadIPv6Address(); break;
                case MPTCP_PM_ADDR_ATTR_PORT: port = attributes.ReadUInt16(); break; // Host order, unlike the events' ports.
                case MPTCP_PM_ADDR_ATTR_FLAGS: flags = attributes.ReadUInt32(); break;
                case MPTCP_PM_ADDR_ATTR_IF_IDX: interfaceIndex = attributes.ReadInt32(); break;
            }
        }

        return new Endpoint(address ?? throw new NetlinkFormatException("address: neither ADDR4 nor ADDR6 is there"))
        {
            Id = id,
            Port = port,
            Flags = (EndpointFlags)flags,
            InterfaceIndex = interfaceIndex,
        };
    }

    private static AttributeReader Attributes(ReadOnlySpan<byte> payload, string context)
        => payload.Length >= GENL_HDRLEN
            ? new AttributeReader(payload[GENL_HDRLEN..], context, MptcpAttributeNames.OfRequest)
            : throw new NetlinkFormatException($"{context}: a generic netlink header needs {GENL_HDRLEN} bytes, got {payload.Length}");
}
