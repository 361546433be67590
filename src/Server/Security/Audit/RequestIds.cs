using Google.Protobuf;
using Grpc.Core;

namespace Mptcp.ControlPlane.Server.Security.Audit;

/// <summary>The ids by which requests are found again in the trail.</summary>
internal static class RequestIds
{
    /// <summary>The metadata by which callers give a request an id, and the trailer that tells it.</summary>
    public const string Header = "x-request-id";

    /// <summary>The name of the field in requests that have one of their own.</summary>
    public const string Field = "request_id";

    // As long as a UUID with some words around it; it stands in every entry and in a header.
    private const int Longest = 128;

    /// <summary>Finds the id of a call: what its caller sent, where it can be an id, else a new one.</summary>
    public static string Find(Metadata headers)
    {
        foreach (var header in headers)
        {
            if (header.Key == Header && !header.IsBinary && CanBe(header.Value))
                return header.Value;
        }

        return Guid.NewGuid().ToString("N");
    }

    /// <summary>The id that a request has of its own; empty where it has none.</summary>
    public static string OwnOf(IMessage request)
    {
        var found = AuditTarget.Read(request).RequestId;
        return CanBe(found) ? found : "";
    }

    private static bool CanBe(string text)
    {
        if (text.Length is 0 or > Longest)
            return false;
        foreach (var letter in text)
        {
            if (letter is <= ' ' or > '~')
                return false;
        }

        return true;
    }
}
