using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Mptcp.Control.V1;
using Status = Google.Rpc.Status;

namespace Mptcp.ControlPlane.Server.Services.Errors;

/// <summary>A refusal that the contract has a name for; it reaches the caller as a <c>google.rpc.Status</c>.</summary>
internal sealed class ControlPlaneException : Exception
{
    private const string Domain = "mptcp.control";
    private const string ReasonPrefix = "ERROR_REASON_";

    /// <param name="statusCode">The gRPC status, as error.proto gives it for the reason.</param>
    /// <param name="reason">The reason.</param>
    /// <param name="message">A sentence for people: what is wrong and, where there is something, what to do.</param>
    /// <param name="cause">What the kernel said, where it was the kernel.</param>
    public ControlPlaneException(StatusCode statusCode, ErrorReason reason, string message, Exception? cause = null)
        : base(message, cause)
    {
        StatusCode = statusCode;
        Reason = reason;
    }

    public StatusCode StatusCode { get; }

    public ErrorReason Reason { get; }

    /// <summary>Facts for programs, which go into the metadata of the ErrorInfo.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>What is wrong with which field; empty unless the request is.</summary>
    public IReadOnlyList<BadRequest.Types.FieldViolation> Violations { get; init; } = [];

    /// <summary>After how long it is worth to try again, where that is known.</summary>
    public TimeSpan? RetryDelay { get; init; }

    public RpcException ToRpcException()
    {
        var information = new ErrorInfo { Domain = Domain, Reason = NameOf(Reason) };
        foreach (var (key, value) in Metadata)
            information.Metadata.Add(key, value);

        var status = new Status { Code = (int)StatusCode, Message = Message };
        status.Details.Add(Any.Pack(information));
        if (Violations.Count > 0)
            status.Details.Add(Any.Pack(new BadRequest { FieldViolations = { Violations } }));
        if (RetryDelay is { } delay)
            status.Details.Add(Any.Pack(new RetryInfo { RetryDelay = Duration.FromTimeSpan(delay) }));
        return status.ToRpcException();
    }

    /// <summary>The name of a reason as the contract spells it, without its prefix.</summary>
    // The contract's spelling stands in its descriptor, which, unlike the enum's attributes, survives trimming.
    public static string NameOf(ErrorReason reason) => ErrorReflection.Descriptor.EnumTypes
        .Single(type => type.Name == nameof(ErrorReason))
        .FindValueByNumber((int)reason).Name[ReasonPrefix.Length..];
}
