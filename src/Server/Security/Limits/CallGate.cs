using Grpc.AspNetCore.Server;
using Grpc.Core;
using Mptcp.ControlPlane.Server.Security.Identity;
using Mptcp.ControlPlane.Server.Security.Limits.Connections;
using Mptcp.ControlPlane.Server.Services.Calls;

namespace Mptcp.ControlPlane.Server.Security.Limits;

/// <summary>What calls go through before anything is read of them but their headers, so that what is refused costs as little as can be.</summary>
internal sealed class CallGate(CallerLedger callers, LimitsInForce limits, LimitReports reports)
{
    // RFC 9113, section 6.5.2: what a header takes beside its name and its value.
    private const int HeaderOverhead = 32;

    /// <summary>Lets a call in, until its end, or refuses it.</summary>
    public async Task PassAsync(HttpContext http, RequestDelegate next)
    {
        http.Features.Get<FirstRequestWait>()?.RequestCame();
        var caller = CallerIdentification.Identify(http).Name;
        var isStream = http.GetEndpoint()?.Metadata.GetMetadata<GrpcMethodMetadata>() is { Method.Type: not MethodType.Unary };
        if (callers.Begin(caller, isStream) is { } exceeded)
        {
            var pause = exceeded == LimitKind.RequestsPerSecond ? callers.Charge(caller) : TimeSpan.Zero;
            http.Features.Get<PacedReader>()?.PauseFor(pause);
            Refuse(http, exceeded, caller, pause);
            return;
        }

        try
        {
            if (IsTooLong(http.Request.Headers))
            {
                Refuse(http, LimitKind.HeaderBytes, caller);
                return;
            }

            await next(http);
            // gRPC leaves an answer in the buffer and takes the call for done: a caller who takes no answers would have any number of them kept.
            // This waits until there are less than 4 KiB left, which is what Kestrel keeps of any stream.
            if (http.Response.HasStarted && !isStream)
                await http.Response.BodyWriter.FlushAsync();
            // gRPC refuses the message of such a call before any interceptor could, and says nothing of the limit.
            if (TrailersOnly.IsUnreadWith(http, StatusCode.ResourceExhausted))
                Refuse(http, LimitKind.RequestBytes, caller);
        }
        finally
        {
            callers.End(caller, isStream);
        }
    }

    private bool IsTooLong(IHeaderDictionary headers)
    {
        var most = limits.Rules.HeaderBytes;
        var length = 0;
        foreach (var (name, values) in headers)
        {
            foreach (var value in values)
                length += name.Length + (value?.Length ?? 0) + HeaderOverhead;
        }

        return length > most;
    }

    private void Refuse(HttpContext http, LimitKind limit, string caller, TimeSpan pause = default)
    {
        reports.Refused(limit, caller);
        TrailersOnly.Answer(http.Response, LimitRefusals.Exceeded(limit, caller, limits.Rules, pause));
    }
}
