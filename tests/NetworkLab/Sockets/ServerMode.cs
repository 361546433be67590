namespace Mptcp.Lab;

/// <summary>What a <see cref="MptcpServer"/> does with what it receives.</summary>
public enum ServerMode
{
    /// <summary>Sends it back, and ends the stream when the client has.</summary>
    Echo,

    /// <summary>Drops it, and ends the stream when the client has.</summary>
    Sink,
}
