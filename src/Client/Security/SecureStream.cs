using System.Net.Security;

namespace Mptcp.ControlPlane.Client.Security;

/// <summary>
/// A connection by TLS that tells a refusal of the caller's certificate from a connection that breaks. In TLS 1.3 the caller is
/// done with the handshake before the daemon has judged him: all he hears of a refusal is an end before the first word.
/// </summary>
/// <param name="connection">The connection that it is made of.</param>
/// <param name="tell">Receives the refusal, and null at the first word.</param>
sealed class SecureStream(Stream connection, Action<ControlPlaneConnectionException?> tell) : SslStream(connection, leaveInnerStreamOpen: false)
{
    bool _hasHeard;

    /// <summary>Whom the certificate calls the caller; null for a caller without one.</summary>
    public string? Caller { get; set; }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            var length = await base.ReadAsync(buffer, cancellationToken);
            if (length == 0 && buffer.Length > 0 && !_hasHeard)
                throw Refusal(null);
            if (length > 0 && !_hasHeard)
            {
                _hasHeard = true;
                tell(null);
            }

            return length;
        }
        catch (IOException e) when (!_hasHeard && e is not ControlPlaneConnectionException)
        {
            throw Refusal(e);
        }
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            await base.WriteAsync(buffer, cancellationToken);
        }
        catch (IOException e) when (!_hasHeard)
        {
            throw Refusal(e);
        }
    }

    ControlPlaneConnectionException Refusal(Exception? cause)
    {
        var refusal = new ControlPlaneConnectionException(
            Caller is { } caller
                ? $"it ended the connection once it had seen the own certificate ({caller}): it may not accept it, and says why in its log"
                : "it ended the connection, as no own certificate was shown to it",
            cause);
        tell(refusal);
        return refusal;
    }
}
