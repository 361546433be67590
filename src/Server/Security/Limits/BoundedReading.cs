using Grpc.Core;

namespace Mptcp.ControlPlane.Server.Security.Limits;

/// <summary>Reads what another stream has, and no more than so much of it.</summary>
/// <param name="inner">The stream, which is disposed of with this one.</param>
/// <param name="longest">The most, in bytes: where there is more, reading it is refused with RESOURCE_EXHAUSTED.</param>
internal sealed class BoundedReading(Stream inner, int longest) : Stream
{
    private long _read;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => _read;
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        var count = inner.Read(buffer);
        _read += count;
        return _read <= longest ? count : throw new RpcException(new Status(StatusCode.ResourceExhausted, "the message is too long once it is decompressed"));
    }

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }
}
