namespace Mptcp.ControlPlane.Client.Security;

/// <summary>
/// Gives calls the reason for which their connection was refused. Several things notice the end of a connection, and the first
/// of them, which need not be the one that knows why, is what a call would fail with.
/// </summary>
sealed class RefusalHandler(SecureConnector connector, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await base.SendAsync(request, cancellationToken);
        }
        catch (HttpRequestException e) when (connector.Refusal is { } refusal && !IsTold(e))
        {
            throw new HttpRequestException(HttpRequestError.ConnectionError, refusal.Message, refusal);
        }
    }

    static bool IsTold(Exception e)
    {
        for (var cause = e; cause is not null; cause = cause.InnerException)
        {
            if (cause is ControlPlaneConnectionException)
                return true;
        }

        return false;
    }
}
