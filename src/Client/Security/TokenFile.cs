using Grpc.Core;

namespace Mptcp.ControlPlane.Client.Security;

/// <summary>A token in a file, which is read again when a second has passed: whoever renews it writes another one there.</summary>
sealed class TokenFile(string path, TimeProvider time)
{
    static readonly TimeSpan Freshness = TimeSpan.FromSeconds(1);

    readonly Lock _reading = new();
    string? _token;
    long _read;

    /// <summary>What it holds.</summary>
    /// <exception cref="RpcException">It cannot be read, or holds no token.</exception>
    public string Read()
    {
        lock (_reading)
        {
            if (_token is not null && time.GetElapsedTime(_read) < Freshness)
                return _token;
            try
            {
                var text = File.ReadAllText(path).Trim();
                if (!IsToken(text))
                    throw Unusable($"the file {path} holds no token", null);
                (_token, _read) = (text, time.GetTimestamp());
                return text;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw Unusable($"the token cannot be read: {e.Message}", e);
            }
        }
    }

    /// <summary>Whether a text can be sent as a token: letters and signs of ASCII, without blanks.</summary>
    public static bool IsToken(string text) => text.Length > 0 && text.All(letter => letter is > ' ' and < (char)0x7f);

    // As any other failure of a call, and one that may be over when the file is there again.
    static RpcException Unusable(string problem, Exception? cause) =>
        new(new Status(StatusCode.Unavailable, problem, new ControlPlaneConnectionException(problem, cause)));
}
