using System.IO.Compression;
using Grpc.Net.Compression;

namespace Mptcp.ControlPlane.Server.Security.Limits;

/// <summary>A compression whose messages may be so long, and no longer, once they are decompressed: gRPC looks at what they are before.</summary>
/// <param name="inner">The compression.</param>
/// <param name="longest">The most, in bytes.</param>
internal sealed class BoundedCompression(ICompressionProvider inner, int longest) : ICompressionProvider
{
    public string EncodingName => inner.EncodingName;

    /// <summary>Those that gRPC has of its own.</summary>
    /// <param name="longest">The most that they may make of a message, in bytes.</param>
    public static IEnumerable<ICompressionProvider> All(int longest) =>
    [
        new BoundedCompression(new GzipCompressionProvider(CompressionLevel.Fastest), longest),
        new BoundedCompression(new DeflateCompressionProvider(CompressionLevel.Fastest), longest),
    ];

    public Stream CreateCompressionStream(Stream stream, CompressionLevel? compressionLevel) => inner.CreateCompressionStream(stream, compressionLevel);

    public Stream CreateDecompressionStream(Stream stream) => new BoundedReading(inner.CreateDecompressionStream(stream), longest);
}
