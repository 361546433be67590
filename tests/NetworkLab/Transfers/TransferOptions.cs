namespace Mptcp.Lab;

/// <summary>What is sent, and how far the sender may run ahead.</summary>
public sealed record TransferOptions
{
    /// <summary>How many bytes to send.</summary>
    public required long Length { get; init; }

    /// <summary>Which pseudo-random stream: the same seed gives the same bytes.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>How many bytes are sent at a time.</summary>
    public int ChunkSize { get; init; } = 64 * 1024;

    /// <summary>
    /// How many bytes may be sent and not yet received by the application at the other end; no limit when null. It keeps a transfer going
    /// for as long as a test acts, without pauses. Only <see cref="Transfer.RunAsync"/> knows both ends and heeds it.
    /// </summary>
    public long? Window { get; init; }

    /// <summary>Called with the number of bytes sent so far and awaited before each chunk: the place to cut a path at an exact byte.</summary>
    public Func<long, Task>? BeforeChunk { get; init; }
}
