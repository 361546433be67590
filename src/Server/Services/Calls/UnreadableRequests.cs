using Grpc.Core;
using Mptcp.ControlPlane.Server.Services.Errors;

namespace Mptcp.ControlPlane.Server.Services.Calls;

/// <summary>
/// Refuses requests that are no message of their method, or are nested deeper than Protobuf reads, as the contract refuses what is
/// invalid. They never get as far as an interceptor, and gRPC's own answer is UNKNOWN, "Exception was thrown by handler".
/// </summary>
internal static class UnreadableRequests
{
    /// <summary>In a call's user state once its request has been read.</summary>
    public static object WasRead { get; } = new();

    public static void UseUnreadableRequests(this WebApplication application) => application.Use(async (http, next) =>
    {
        await next(http);
        if (TrailersOnly.IsUnreadWith(http, StatusCode.Unknown))
            TrailersOnly.Answer(http.Response, Refusal());
    });

    private static ControlPlaneException Refusal()
    {
        var violations = new RequestViolations();
        violations.Add("request", "must be a message of the method's type, nested at most 100 deep, with text in UTF-8");
        return violations.ToException();
    }
}
