using System.Globalization;
using System.Text;
using Grpc.Core;
using Mptcp.ControlPlane.Server.Services.Errors;

namespace Mptcp.ControlPlane.Server.Services.Calls;

/// <summary>Answers of nothing but a status, for calls that never get as far as an interceptor.</summary>
internal static class TrailersOnly
{
    private const string StatusHeader = "grpc-status";

    /// <summary>Whether gRPC has refused a call before its request was read, and nothing is sent yet.</summary>
    public static bool IsUnreadWith(HttpContext http, StatusCode status) => !http.Response.HasStarted
        && !http.Items.ContainsKey(UnreadableRequests.WasRead)
        && http.Response.Headers[StatusHeader] == Number(status);

    /// <summary>Makes a refusal the answer.</summary>
    public static void Answer(HttpResponse response, ControlPlaneException refused)
    {
        var refusal = refused.ToRpcException();
        response.ContentType = "application/grpc";
        response.Headers[StatusHeader] = Number(refusal.StatusCode);
        response.Headers["grpc-message"] = Encode(refusal.Status.Detail);
        foreach (var detail in refusal.Trailers)
            response.Headers[detail.Key] = Convert.ToBase64String(detail.ValueBytes);
    }

    // The gRPC protocol over HTTP/2: what is not printable in ASCII is percent-encoded, and the percent sign.
    private static string Encode(string message)
    {
        if (message.All(letter => letter is >= ' ' and <= '~' and not '%'))
            return message;
        var encoded = new StringBuilder();
        foreach (var letter in Encoding.UTF8.GetBytes(message))
            _ = letter is >= 0x20 and <= 0x7e and not (byte)'%' ? encoded.Append((char)letter) : encoded.Append(CultureInfo.InvariantCulture, $"%{letter:X2}");
        return encoded.ToString();
    }

    private static string Number(StatusCode status) => ((int)status).ToString(CultureInfo.InvariantCulture);
}
