using System.Globalization;
using System.Net.Sockets;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Client;

/// <summary>
/// What a failed call means: the <c>google.rpc.Status</c> that came with the <see cref="RpcException"/>, taken apart.
/// The contract describes it beside <c>ErrorReason</c>, in <c>mptcp/control/v1/error.proto</c>.
/// </summary>
public sealed record ControlPlaneError
{
    /// <summary>The domain of the reasons in <see cref="Reason"/>.</summary>
    public const string ControlDomain = "mptcp.control";

    /// <summary>Whose doing it is.</summary>
    public required ControlPlaneErrorOrigin Origin { get; init; }

    /// <summary>The status of the call.</summary>
    public required StatusCode StatusCode { get; init; }

    /// <summary>What happened, in a sentence for a person.</summary>
    public required string Message { get; init; }

    /// <summary>The reason; <see cref="ErrorReason.Unspecified"/> when none came with it or this library does not know it.</summary>
    public ErrorReason Reason { get; init; }

    /// <summary>The reason in SCREAMING_SNAKE case as it came; empty when none did.</summary>
    public string ReasonName { get; init; } = "";

    /// <summary>Who defines the reason, <see cref="ControlDomain"/> for this contract; empty when none came.</summary>
    public string Domain { get; init; } = "";

    /// <summary>What came with the reason.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>The error number the kernel refused with; null when it was not the kernel that refused.</summary>
    public int? Errno { get; init; }

    /// <summary>The name of <see cref="Errno"/>, for instance <c>EEXIST</c>.</summary>
    public string? ErrnoName { get; init; }

    /// <summary>The kernel's own words; null where it gave none.</summary>
    public string? KernelText { get; init; }

    /// <summary>Every rule that the request breaks; empty when the request is not what is wrong.</summary>
    public IReadOnlyList<FieldViolation> Violations { get; init; } = [];

    /// <summary>After what time it may be tried again; null where the daemon says nothing of it.</summary>
    public TimeSpan? RetryDelay { get; init; }

    /// <summary>What the socket said when the connection could not be made or broke; null where it said nothing.</summary>
    public SocketError? SocketError { get; init; }

    /// <summary>Says what a failed call means.</summary>
    /// <param name="exception">What the call threw.</param>
    public static ControlPlaneError From(RpcException exception)
    {
        ArgumentNullException.ThrowIfNull(exception);

        // Details that cannot be read are worth less than the status that came with them, so they are left out.
        var status = exception.Trailers.GetRpcStatus(ignoreParseError: true);
        var info = status?.GetDetail<ErrorInfo>();
        var metadata = info?.Metadata.ToDictionary() ?? [];
        return new ControlPlaneError
        {
            Origin = OriginOf(exception, answered: status is not null),
            StatusCode = exception.StatusCode,
            Message = status is { Message.Length: > 0 } ? status.Message
                : Causes(exception).OfType<ControlPlaneConnectionException>().FirstOrDefault()?.Message ?? exception.Status.Detail,
            Reason = info?.Domain == ControlDomain ? ReasonNamed(info.Reason) : ErrorReason.Unspecified,
            ReasonName = info?.Reason ?? "",
            Domain = info?.Domain ?? "",
            Metadata = metadata,
            Errno = ErrnoIn(metadata),
            ErrnoName = metadata.GetValueOrDefault("errno_name"),
            KernelText = metadata.GetValueOrDefault("kernel"),
            Violations = status?.GetDetail<BadRequest>() is { } request
                ? [.. request.FieldViolations.Select(violation => new FieldViolation(violation.Field, violation.Description))]
                : [],
            RetryDelay = DelayOf(status?.GetDetail<RetryInfo>()?.RetryDelay),
            SocketError = Causes(exception).OfType<SocketException>().FirstOrDefault()?.SocketErrorCode,
        };
    }

    /// <summary>Says what an error within a stream means.</summary>
    /// <param name="error">What the daemon refused with.</param>
    public static ControlPlaneError From(CommandError error)
    {
        ArgumentNullException.ThrowIfNull(error);
        return new ControlPlaneError
        {
            Origin = ControlPlaneErrorOrigin.Daemon,
            StatusCode = (StatusCode)error.Code,
            Message = error.Message,
            Reason = ReasonNamed(error.Reason),
            ReasonName = error.Reason,
            Domain = ControlDomain,
            Metadata = error.Metadata.ToDictionary(),
            Errno = ErrnoIn(error.Metadata),
            ErrnoName = error.Metadata.TryGetValue("errno_name", out var name) ? name : null,
            KernelText = error.Metadata.TryGetValue("kernel", out var text) ? text : null,
            Violations = [.. error.Violations.Select(violation => new FieldViolation(violation.Field, violation.Description))],
            RetryDelay = DelayOf(error.RetryDelay),
        };
    }

    // What is beyond what .NET holds is no time that anybody waits.
    static TimeSpan? DelayOf(Duration? delay) =>
        delay is { Seconds: >= 0 and < int.MaxValue, Nanos: >= 0 and < 1_000_000_000 } ? delay.ToTimeSpan() : null;

    static int? ErrnoIn(IDictionary<string, string> metadata) =>
        metadata.TryGetValue("errno", out var text) && int.TryParse(text, CultureInfo.InvariantCulture, out var errno) ? errno : null;

    static ControlPlaneErrorOrigin OriginOf(RpcException exception, bool answered) => exception.StatusCode switch
    {
        _ when answered => ControlPlaneErrorOrigin.Daemon,
        StatusCode.DeadlineExceeded => ControlPlaneErrorOrigin.Deadline,
        StatusCode.Cancelled => ControlPlaneErrorOrigin.Caller,
        // Whatever the status: nothing of the call was heard, let alone done.
        _ when Causes(exception).Any(cause => cause is ControlPlaneConnectionException) => ControlPlaneErrorOrigin.Unreachable,
        _ when Causes(exception).OfType<HttpRequestException>().Any(cause => cause.HttpRequestError == HttpRequestError.ConnectionError) =>
            ControlPlaneErrorOrigin.Unreachable,
        _ when Causes(exception).Any(cause => cause is HttpRequestException or IOException or SocketException) =>
            ControlPlaneErrorOrigin.Transport,
        _ => ControlPlaneErrorOrigin.Daemon,
    };

    static IEnumerable<Exception> Causes(RpcException exception)
    {
        for (var cause = exception.Status.DebugException; cause is not null; cause = cause.InnerException)
            yield return cause;
    }

    static ErrorReason ReasonNamed(string name) =>
        ErrorReflection.Descriptor.FindTypeByName<EnumDescriptor>(nameof(ErrorReason)).FindValueByName("ERROR_REASON_" + name) is { } value
            ? (ErrorReason)value.Number
            : ErrorReason.Unspecified;
}
