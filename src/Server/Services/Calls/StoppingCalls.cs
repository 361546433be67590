using Mptcp.ControlPlane.Server.Security.Calls;

namespace Mptcp.ControlPlane.Server.Services.Calls;

/// <summary>
/// Ends calls when the daemon stops, so that no stream holds that up: the token that tells a call of its caller's end
/// tells it of the daemon's as well, also in services that come from packages.
/// </summary>
internal static class StoppingCalls
{
    public static void UseStoppingCalls(this WebApplication application)
    {
        var stopping = application.Lifetime.ApplicationStopping;
        application.Use(async (http, next) =>
        {
            using var life = new CallLife(http, stopping);
            await next(http);
        });
    }
}
