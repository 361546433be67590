using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Status = Google.Rpc.Status;

namespace Mptcp.ControlPlane.Testing;

/// <summary>Errors as the contract has them.</summary>
static class Refusal
{
    public static RpcException Of(
        StatusCode code,
        string message,
        string reason,
        IReadOnlyDictionary<string, string>? metadata = null,
        string domain = "mptcp.control")
    {
        var info = new ErrorInfo { Reason = reason, Domain = domain };
        foreach (var (key, value) in metadata ?? new Dictionary<string, string>())
            info.Metadata[key] = value;
        return new Status { Code = (int)code, Message = message, Details = { Any.Pack(info) } }.ToRpcException();
    }

    /// <summary>UNAVAILABLE, with how long to wait before trying again.</summary>
    public static RpcException ForNow(TimeSpan retryDelay)
    {
        var retry = new RetryInfo { RetryDelay = Duration.FromTimeSpan(retryDelay) };
        return new Status { Code = (int)StatusCode.Unavailable, Message = "not now", Details = { Any.Pack(retry) } }.ToRpcException();
    }

    public static RpcException OfRequest(string message, params IEnumerable<(string Field, string Description)> violations) =>
        OfRequest(message, new Dictionary<string, string>(), violations);

    public static RpcException OfRequest(
        string message,
        IReadOnlyDictionary<string, string> metadata,
        params IEnumerable<(string Field, string Description)> violations)
    {
        var request = new BadRequest();
        foreach (var (field, description) in violations)
            request.FieldViolations.Add(new BadRequest.Types.FieldViolation { Field = field, Description = description });
        var info = new ErrorInfo { Reason = "INVALID_REQUEST", Domain = "mptcp.control" };
        foreach (var (key, value) in metadata)
            info.Metadata[key] = value;
        return new Status
        {
            Code = (int)StatusCode.InvalidArgument,
            Message = message,
            Details = { Any.Pack(info), Any.Pack(request) },
        }.ToRpcException();
    }
}
