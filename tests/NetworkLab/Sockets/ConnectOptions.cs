using System.Net;

namespace Mptcp.Lab;

/// <summary>How a client connects.</summary>
public sealed record ConnectOptions
{
    /// <summary>The address, and with a port other than 0 the port, to connect from; the kernel's choice when null.</summary>
    public IPEndPoint? Source { get; init; }

    /// <summary>Whether other sockets may have the same source (SO_REUSEADDR, SO_REUSEPORT).</summary>
    public bool SharesSource { get; init; }

    /// <summary>What the client speaks.</summary>
    public Transport Transport { get; init; } = Transport.Mptcp;
}
