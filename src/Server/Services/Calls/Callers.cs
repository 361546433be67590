using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Grpc.Core;
using Microsoft.AspNetCore.Connections.Features;
using Mptcp.ControlPlane.Server.Policies.Revisions;

namespace Mptcp.ControlPlane.Server.Services.Calls;

/// <summary>Who is calling.</summary>
internal static class Callers
{
    // include/uapi/asm-generic/socket.h; struct ucred of unix(7): pid, uid and gid.
    private const int SocketLevel = 1;
    private const int PeerCredentials = 17;
    private const int CredentialsLength = 12;

    public static PolicyAuthor Of(ServerCallContext call)
    {
        var context = call.GetHttpContext();
        if (context.Features.Get<IConnectionSocketFeature>()?.Socket is { AddressFamily: AddressFamily.Unix } socket)
            return OfPeer(socket);
        var address = context.Connection.RemoteIpAddress ?? IPAddress.None;
        return new PolicyAuthor(PolicyAuthorKind.Peer) { Address = new IPEndPoint(address, context.Connection.RemotePort).ToString() };
    }

    private static PolicyAuthor OfPeer(Socket socket)
    {
        Span<byte> credentials = stackalloc byte[CredentialsLength];
        socket.GetRawSocketOption(SocketLevel, PeerCredentials, credentials);
        var process = BinaryPrimitives.ReadInt32LittleEndian(credentials);
        return new PolicyAuthor(PolicyAuthorKind.Process)
        {
            ProcessId = process,
            UserId = BinaryPrimitives.ReadUInt32LittleEndian(credentials[sizeof(int)..]),
            Command = process > 0 ? NameOf(process) : "",
        };
    }

    private static string NameOf(int process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/comm").TrimEnd('\n');
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return ""; // It has ended meanwhile.
        }
    }
}
