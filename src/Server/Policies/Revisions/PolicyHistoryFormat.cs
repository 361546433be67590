using System.IO.Hashing;
using System.Text;
using System.Text.Json;

namespace Mptcp.ControlPlane.Server.Policies.Revisions;

/// <summary>The history as the content of a file: a line with a version and a checksum, then JSON.</summary>
internal static class PolicyHistoryFormat
{
    private const string Start = "mptcp-controld policies 1 xxh128 ";
    private const int ChecksumLength = 32;
    private const int HeaderLength = 66; // Start, checksum, line end.

    public static byte[] Write(PolicyHistory history)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(history, PolicyHistoryJson.Default.PolicyHistory);
        return [.. Encoding.ASCII.GetBytes($"{Start}{Checksum(json)}\n"), .. json];
    }

    /// <exception cref="InvalidDataException">The content is not what was written, or is of another version.</exception>
    public static PolicyHistory Read(ReadOnlySpan<byte> content)
    {
        if (content.Length < HeaderLength)
            throw new InvalidDataException($"has {content.Length} bytes, fewer than its header");
        var header = Encoding.ASCII.GetString(content[..HeaderLength]);
        if (!header.StartsWith(Start, StringComparison.Ordinal) || !header.EndsWith('\n'))
            throw new InvalidDataException($"does not begin with \"{Start.TrimEnd()}\"");
        var json = content[HeaderLength..];
        if (header.Substring(Start.Length, ChecksumLength) != Checksum(json))
            throw new InvalidDataException("is not as it was written: its checksum does not fit");
        try
        {
            var history = JsonSerializer.Deserialize(json, PolicyHistoryJson.Default.PolicyHistory)
                ?? throw new InvalidDataException("holds nothing");
            // The reader checks what properties hold, but not what lists do.
            return history.Revisions.IsDefault || history.Revisions.Contains(null!)
                ? throw new InvalidDataException("holds a revision that is none")
                : history;
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"is not understood: {exception.Message}", exception);
        }
    }

    // Against what disks and crashes do, not against whoever may write there. A cryptographic one would load OpenSSL for nothing else.
    private static string Checksum(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(XxHash128.Hash(content));
}
