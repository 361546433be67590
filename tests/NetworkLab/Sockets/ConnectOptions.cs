using System.Net;

namespace Mptcp.Lab;

/// <summary>How a client connects.</summary>
public sealed record ConnectOptions
{
    /// <summary>The address, and with a port other than 0 the port, to connect from; the kernel's choice when null.</summary>
    public IPEndPoint? Source { get; init; }

    /// <summary>What the client speaks.</summary>
    public Transport Transport { get; init; } = Transport.Mptcp;
}
