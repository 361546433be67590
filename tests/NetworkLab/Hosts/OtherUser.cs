using System.Net.Sockets;
using Mptcp.Lab.Interop;

namespace Mptcp.Lab;

/// <summary>Acts as another user of this host. Needs root with other users' ids, which an ordinary user's namespace does not have.</summary>
public static class OtherUser
{
    /// <summary>Connects to a Unix socket as another user; the kernel tells the other side that it was.</summary>
    /// <param name="path">The socket.</param>
    /// <param name="user">The user.</param>
    /// <param name="groups">The user's groups; the first is the effective one.</param>
    public static async Task<Socket> ConnectAsync(string path, uint user, params uint[] groups)
    {
        var connected = new TaskCompletionSource<Socket>(TaskCreationOptions.RunContinuationsAsynchronously);
        // Nothing can make it root's again: the thread ends with its errand.
        new Thread(() =>
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                Kernel.BecomeUser(user, groups);
                socket.Connect(new UnixDomainSocketEndPoint(path));
                connected.SetResult(socket);
            }
            catch (Exception exception)
            {
                socket.Dispose();
                connected.SetException(exception);
            }
        }).Start();
        return await connected.Task;
    }
}
