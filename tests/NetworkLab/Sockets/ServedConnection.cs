namespace Mptcp.Lab;

/// <summary>A connection that a <see cref="MptcpServer"/> serves.</summary>
/// <param name="Connection">The server's end. The server reads it and closes it when it ends itself.</param>
/// <param name="Completion">What the client sent, when it has ended the stream; fails when the connection breaks.</param>
public sealed record ServedConnection(MptcpConnection Connection, Task<TransferResult> Completion);
