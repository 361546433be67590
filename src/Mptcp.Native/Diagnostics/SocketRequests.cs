using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Mptcp.Native.Diagnostics.Filters;
using Mptcp.Native.Netlink;
using static Mptcp.Native.Interop.NetlinkHeaders;
using static Mptcp.Native.Interop.SocketDiagnosticsHeaders;

namespace Mptcp.Native.Diagnostics;

/// <summary>Writes the requests of sock_diag (<c>struct inet_diag_req_v2</c>).</summary>
internal static class SocketRequests
{
    private const byte OwnBits = (byte)((int)SocketExtensions.All & byte.MaxValue);

    // An acknowledgement would cost as much again: the kernel makes and queues it as it does the answer. What it refuses it always says.
    private const ushort NothingBehindTheAnswer = 0;

    private const ulong NoCookie = (ulong)INET_DIAG_NOCOOKIE << 32 | INET_DIAG_NOCOOKIE;

    public static RequestWriter List(SocketQuery query, bool multipath)
    {
        var request = query.Family is { } family ? ListOf(family, query) : ListOfBoth(query);
        if (query.Filter is not null)
            request.Write(INET_DIAG_REQ_BYTECODE, FilterCompiler.Compile(query.Filter));
        if (multipath)
            request.Write(INET_DIAG_REQ_PROTOCOL, IPPROTO_MPTCP);
        return request;
    }

    public static RequestWriter Find(uint token, SocketExtensions extensions)
    {
        var request = new RequestWriter(SOCK_DIAG_BY_FAMILY, NothingBehindTheAnswer, "socket-get");
        // The family is of no matter for a look-up by token, but some family must be there.
        var header = Header(request, AddressFamily.InterNetwork, extensions);
        BinaryPrimitives.WriteUInt32LittleEndian(header[48..], token); // Where a cookie stands for other protocols.
        request.Write(INET_DIAG_REQ_PROTOCOL, IPPROTO_MPTCP);
        return request;
    }

    public static RequestWriter Find(SocketIdentity identity, SocketExtensions extensions)
    {
        var request = new RequestWriter(SOCK_DIAG_BY_FAMILY, NothingBehindTheAnswer, "socket-get");
        Identify(identity, Header(request, Family(identity.Local, identity.Remote), extensions));
        return request;
    }

    public static RequestWriter Find(IPEndPoint local, IPEndPoint remote, int interfaceIndex, SocketExtensions extensions)
    {
        var request = new RequestWriter(SOCK_DIAG_BY_FAMILY, NothingBehindTheAnswer, "socket-get");
        Identify(local, remote, interfaceIndex, NoCookie, Header(request, Family(local, remote), extensions));
        return request;
    }

    public static RequestWriter Destroy(SocketIdentity identity)
    {
        var request = new RequestWriter(SOCK_DESTROY, NLM_F_ACK, "socket-destroy");
        Identify(identity, Header(request, Family(identity.Local, identity.Remote), SocketExtensions.None));
        return request;
    }

    private static RequestWriter ListOf(AddressFamily family, SocketQuery query)
    {
        var request = new RequestWriter(SOCK_DIAG_BY_FAMILY, NLM_F_DUMP, "socket-list");
        BinaryPrimitives.WriteInt32LittleEndian(Header(request, family, query.Extensions)[4..], (int)query.States);
        return request;
    }

    // The kernel goes through every socket of the host for a list, whichever it is of: once for both families takes half as long. Only the
    // older request (struct inet_diag_req), which the kernel keeps for ever, can be for both.
    private static RequestWriter ListOfBoth(SocketQuery query)
    {
        var request = new RequestWriter(TCPDIAG_GETSOCK, NLM_F_DUMP, "socket-list");
        var header = request.Structure(INET_DIAG_REQ_V1_LENGTH);
        header[0] = AF_UNSPEC;
        header[3] = BitsOf(query.Extensions);
        BinaryPrimitives.WriteInt32LittleEndian(header[52..], (int)query.States);
        return request;
    }

    // What has no bit of its own comes with INFO.
    private static byte BitsOf(SocketExtensions extensions)
        => (byte)((int)((extensions & SocketExtensions.Subflow) != 0 ? extensions | SocketExtensions.Info : extensions) & OwnBits);

    private static Span<byte> Header(RequestWriter request, AddressFamily family, SocketExtensions extensions)
    {
        var header = request.Structure(INET_DIAG_REQ_LENGTH);
        header[0] = family switch
        {
            AddressFamily.InterNetwork => AF_INET,
            AddressFamily.InterNetworkV6 => AF_INET6,
            _ => throw new ArgumentException($"sockets are of IPv4 or IPv6, not of {family}", nameof(family)),
        };
        header[1] = IPPROTO_TCP; // Too small for MPTCP's number, which an attribute holds.
        header[2] = BitsOf(extensions);
        return header;
    }

    // struct inet_diag_sockid from the 8th byte on: ports (big-endian), addresses (16 bytes each), interface, cookie.
    private static void Identify(SocketIdentity identity, Span<byte> header)
    {
        // Told to look at no cookie, the kernel takes what answers at the address: the listener, when the connection is gone.
        if (identity.Cookie == NoCookie)
            throw new ArgumentException("the cookie stands for any socket", nameof(identity));
        Identify(identity.Local, identity.Remote, identity.InterfaceIndex ?? 0, identity.Cookie, header);
    }

    private static void Identify(IPEndPoint local, IPEndPoint remote, int interfaceIndex, ulong cookie, Span<byte> header)
    {
        WriteEnd(local, header[8..], header[12..28]);
        WriteEnd(remote, header[10..], header[28..44]);
        BinaryPrimitives.WriteInt32LittleEndian(header[44..], interfaceIndex);
        BinaryPrimitives.WriteUInt64LittleEndian(header[48..], cookie);
    }

    private static void WriteEnd(IPEndPoint end, Span<byte> port, Span<byte> address)
    {
        BinaryPrimitives.WriteUInt16BigEndian(port, (ushort)end.Port);
        end.Address.TryWriteBytes(address, out _);
    }

    private static AddressFamily Family(IPEndPoint local, IPEndPoint remote)
        => local.AddressFamily == remote.AddressFamily && local.AddressFamily is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6
            ? local.AddressFamily
            : throw new ArgumentException($"{local} and {remote} are not addresses of one family", nameof(remote));
}
