using System.Net;
using Mptcp.Native.Interop;
using Mptcp.Native.Netlink;
using static Mptcp.Native.Interop.GenericNetlinkHeaders;
using static Mptcp.Native.Interop.MptcpHeaders;

namespace Mptcp.Native.PathManagement;

/// <summary>Reads events of the group <c>mptcp_pm_events</c>.</summary>
internal static class EventDecoder
{
    /// <param name="payload">A netlink message without its header, beginning with the generic netlink header.</param>
    /// <param name="addresses">Keeps the addresses of a host from being made again for each event.</param>
    /// <exception cref="NetlinkFormatException">An attribute has an impossible length.</exception>
    public static PathManagerEvent Decode(ReadOnlySpan<byte> payload, AddressCache addresses)
    {
        if (payload.Length < GENL_HDRLEN)
            throw new NetlinkFormatException($"event: a generic netlink header needs {GENL_HDRLEN} bytes, got {payload.Length}");

        uint? token = null, timeout = null, resetReason = null, resetFlags = null;
        byte? localId = null, remoteId = null, backup = null, error = null;
        IPAddress? localAddress = null, remoteAddress = null;
        ushort localPort = 0, remotePort = 0, flags = 0;
        int? interfaceIndex = null;
        var serverSide = false;
        Dictionary<ushort, byte[]>? unknown = null;

        var attributes = new AttributeReader(payload[GENL_HDRLEN..], "event", MptcpAttributeNames.OfEvent);
        while (attributes.MoveNext())
        {
            switch (attributes.Type)
            {
                case MPTCP_ATTR_TOKEN: token = attributes.ReadUInt32(); break;
                case MPTCP_ATTR_FAMILY: break; // The address attributes say it, and ADDRESS_ANNOUNCED comes without.
                case MPTCP_ATTR_LOC_ID: localId = attributes.ReadByte(); break;
                case MPTCP_ATTR_REM_ID: remoteId = attributes.ReadByte(); break;
                case MPTCP_ATTR_SADDR4: localAddress = attributes.ReadIPv4Address(addresses); break;
                case MPTCP_ATTR_SADDR6: localAddress = attributes.ReadIPv6Address(addresses); break;
                case MPTCP_ATTR_DADDR4: remoteAddress = attributes.ReadIPv4Address(addresses); break;
                case MPTCP_ATTR_DADDR6: remoteAddress = attributes.ReadIPv6Address(addresses); break;
                case MPTCP_ATTR_SPORT: localPort = attributes.ReadUInt16BigEndian(); break; // As on the wire,
                case MPTCP_ATTR_DPORT: remotePort = attributes.ReadUInt16BigEndian(); break; // unlike an endpoint's port.
                case MPTCP_ATTR_BACKUP: backup = attributes.ReadByte(); break;
                case MPTCP_ATTR_ERROR: error = attributes.ReadByte(); break;
                case MPTCP_ATTR_FLAGS: flags = attributes.ReadUInt16(); break;
                case MPTCP_ATTR_TIMEOUT: timeout = attributes.ReadUInt32(); break;
                case MPTCP_ATTR_IF_IDX: interfaceIndex = attributes.ReadInt32(); break;
                case MPTCP_ATTR_RESET_REASON: resetReason = attributes.ReadUInt32(); break;
                case MPTCP_ATTR_RESET_FLAGS: resetFlags = attributes.ReadUInt32(); break;
                case MPTCP_ATTR_SERVER_SIDE: serverSide = attributes.ReadByte() != 0; break;
                default: (unknown ??= [])[attributes.Type] = attributes.Value.ToArray(); break;
            }
        }

        return new PathManagerEvent((PathManagerEventType)payload[0])
        {
            Token = token,
            LocalId = localId,
            RemoteId = remoteId,
            Local = localAddress is null ? null : new IPEndPoint(localAddress, localPort),
            Remote = remoteAddress is null ? null : new IPEndPoint(remoteAddress, remotePort),
            Backup = backup is { } value ? value != 0 : null,
            Error = error is > 0 ? new Errno(error.Value) : null,
            DenyJoinInitialAddress = (flags & MPTCP_PM_EV_FLAG_DENY_JOIN_ID0) != 0,
            // Kernels tell it by the attribute, by the flag, or by both.
            ServerSide = serverSide || (flags & MPTCP_PM_EV_FLAG_SERVER_SIDE) != 0,
            Timeout = timeout,
            InterfaceIndex = interfaceIndex,
            ResetReason = resetReason,
            ResetFlags = resetFlags,
            Unknown = unknown,
        };
    }
}
