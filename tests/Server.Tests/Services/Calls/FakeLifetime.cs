using Microsoft.Extensions.Hosting;

namespace Mptcp.ControlPlane.Server.Tests.Services.Calls;

internal sealed class FakeLifetime(CancellationToken stopping) : IHostApplicationLifetime
{
    public CancellationToken ApplicationStarted => CancellationToken.None;

    public CancellationToken ApplicationStopping => stopping;

    public CancellationToken ApplicationStopped => CancellationToken.None;

    public void StopApplication() => throw new NotSupportedException();
}
