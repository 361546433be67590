namespace Mptcp.Lab;

/// <summary>Both ends of an established connection.</summary>
/// <param name="Client">The end that connected.</param>
/// <param name="Server">The end that accepted.</param>
/// <param name="Listener">The listener, which still accepts; joins to other addresses of the server need it.</param>
public sealed record ConnectedPair(MptcpConnection Client, MptcpConnection Server, MptcpListener Listener) : IDisposable
{
    /// <summary>Closes both ends and the listener.</summary>
    public void Dispose()
    {
        Client.Dispose();
        Server.Dispose();
        Listener.Dispose();
    }
}
