using System.Globalization;
using Google.Rpc;
using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Kernel.Tuning;
using Mptcp.Native;
using Mptcp.Native.Interop;
using Mptcp.Native.Netlink;

namespace Mptcp.ControlPlane.Server.Services.Errors;

/// <summary>The one table from what the kernel says to what callers hear.</summary>
internal static class KernelErrors
{
    private static readonly Errno NetworkUnreachable = new(101); // ENETUNREACH
    private static readonly Errno HostUnreachable = new(113); // EHOSTUNREACH

    private static readonly string[] Anything = [];
    private static readonly string[] Adding = ["add-addr"];
    private static readonly string[] Endpoints = ["get-addr", "del-addr", "set-flags"];
    private static readonly string[] UsingAddresses = ["announce", "subflow-create"];

    // The first line that matches counts.
    private static readonly KernelErrorRule[] Table =
    [
        new(Errno.Invalid, Anything, StatusCode.NotFound, ErrorReason.ConnectionNotFound,
            "no connection of the namespace has this token") { Text = "invalid token" },
        new(Errno.Invalid, Anything, StatusCode.FailedPrecondition, ErrorReason.KernelPathManager,
            "the connection belongs to the in-kernel path manager, which takes no commands") { Text = "userspace PM not selected" },
        new(Errno.Invalid, UsingAddresses, StatusCode.AlreadyExists, ErrorReason.AddressIdConflict,
            "the connection uses this address id for another address, or this address under another id") { Text = "did not match" },
        new(Errno.Exists, UsingAddresses, StatusCode.AlreadyExists, ErrorReason.AddressIdConflict,
            "the connection uses this address id for another address, or this address under another id"),
        new(Errno.Invalid, ["remove"], StatusCode.NotFound, ErrorReason.AddressNotFound,
            "the connection has no announced or used address with this id") { Text = "not found" },
        new(Errno.NotFound, ["remove"], StatusCode.NotFound, ErrorReason.AddressNotFound,
            "the connection has no announced or used address with this id"),
        new(Errno.NoSuchProcess, ["subflow-destroy"], StatusCode.NotFound, ErrorReason.SubflowNotFound,
            "the connection has no such subflow"),
        new(Errno.NotFound, ["subflow-destroy"], StatusCode.NotFound, ErrorReason.SubflowNotFound,
            "the connection has no such subflow"),
        new(Errno.NoSuchProcess, Anything, StatusCode.NotFound, ErrorReason.ConnectionNotFound,
            "no connection of the namespace has this token"),

        new(Errno.Exists, Adding, StatusCode.AlreadyExists, ErrorReason.EndpointExists,
            "an endpoint of the namespace has this address"),
        new(Errno.Busy, Adding, StatusCode.AlreadyExists, ErrorReason.EndpointExists,
            "an endpoint of the namespace has this id"),
        new(Errno.OutOfRange, Adding, StatusCode.ResourceExhausted, ErrorReason.EndpointsExhausted,
            "the kernel holds as many endpoints as it can"),
        new(Errno.NoSpace, Adding, StatusCode.ResourceExhausted, ErrorReason.EndpointsExhausted,
            "the kernel holds as many endpoints as it can"),
        new(Errno.Invalid, ["add-addr", "set-flags"], StatusCode.InvalidArgument, ErrorReason.InvalidRequest,
            "the kernel does not take these flags together") { Text = "flags", Field = "endpoint.flags" },
        new(Errno.Invalid, Endpoints, StatusCode.NotFound, ErrorReason.EndpointNotFound,
            "the namespace has no endpoint with this id") { Text = "not found" },
        // Older kernels say no more than EINVAL, and nothing else can be wrong with an id that was checked.
        new(Errno.Invalid, ["get-addr", "del-addr"], StatusCode.NotFound, ErrorReason.EndpointNotFound,
            "the namespace has no endpoint with this id"),
        new(Errno.NotFound, Endpoints, StatusCode.NotFound, ErrorReason.EndpointNotFound,
            "the namespace has no endpoint with this id"),
        new(Errno.Invalid, ["set-limits"], StatusCode.OutOfRange, ErrorReason.LimitTooHigh,
            "a limit is above what this kernel allows"),

        new(Errno.AddressNotAvailable, Adding, StatusCode.FailedPrecondition, ErrorReason.AddressNotAvailable,
            "a port is announced only with an address of this host, for the kernel listens there"),
        new(Errno.AddressNotAvailable, Anything, StatusCode.FailedPrecondition, ErrorReason.AddressNotAvailable,
            "no path leads from the local address to the remote one, or the host does not own it"),
        new(NetworkUnreachable, ["subflow-create"], StatusCode.FailedPrecondition, ErrorReason.AddressNotAvailable,
            "no path leads from the local address to the remote one"),
        new(HostUnreachable, ["subflow-create"], StatusCode.FailedPrecondition, ErrorReason.AddressNotAvailable,
            "no path leads from the local address to the remote one"),
        new(Errno.NotConnected, ["subflow-create"], StatusCode.FailedPrecondition, ErrorReason.KernelRefused,
            "the connection cannot have another subflow now"),
        new(Errno.AddressInUse, ["subflow-create"], StatusCode.FailedPrecondition, ErrorReason.KernelRefused,
            "another socket has this local address and port; give another port, or none"),
        new(Errno.AddressInUse, Anything, StatusCode.FailedPrecondition, ErrorReason.ListenerRefused,
            "something else uses this address and port"),
        new(Errno.NoSuchDevice, Anything, StatusCode.NotFound, ErrorReason.InterfaceNotFound,
            "the namespace has no such network interface"),
        new(Errno.NotPermitted, Anything, StatusCode.PermissionDenied, ErrorReason.CapabilityMissing,
            "the daemon lacks a capability for this (CAP_NET_ADMIN)"),
        new(Errno.AccessDenied, Anything, StatusCode.PermissionDenied, ErrorReason.CapabilityMissing,
            "the daemon lacks a capability for this"),
        new(Errno.NotSupported, ["socket-destroy"], StatusCode.Unimplemented, ErrorReason.KernelFeatureMissing,
            "this kernel cannot end a subflow from outside (INET_DIAG_DESTROY)"),
        new(Errno.NotSupported, Anything, StatusCode.Unimplemented, ErrorReason.KernelFeatureMissing,
            "this kernel cannot do it"),
        new(Errno.ProtocolNotSupported, Anything, StatusCode.Unimplemented, ErrorReason.KernelFeatureMissing,
            "this kernel cannot do it"),
        new(Errno.NoBuffers, Anything, StatusCode.Unavailable, ErrorReason.KernelUnavailable,
            "the kernel has no memory for this now"),
        new(Errno.Busy, Anything, StatusCode.Unavailable, ErrorReason.KernelUnavailable,
            "the kernel is busy with something that excludes this"),
        new(Errno.Invalid, Anything, StatusCode.FailedPrecondition, ErrorReason.KernelRefused, "the kernel refused"),
    ];

    /// <summary>What a caller hears of a refusal.</summary>
    public static ControlPlaneException Describe(KernelRefusedException refusal)
    {
        var rule = Array.Find(Table, line => line.Matches(refusal))
            ?? new KernelErrorRule(refusal.Errno, Anything, StatusCode.Unknown, ErrorReason.KernelRefused, "the kernel refused");
        return Describe(refusal, rule.StatusCode, rule.Reason, rule.Message, rule.Field);
    }

    /// <summary>What a caller hears of a refusal whose meaning the caller of this knows better than the table.</summary>
    public static ControlPlaneException Describe(
        KernelRefusedException refusal, StatusCode statusCode, ErrorReason reason, string message, string? field = null)
    {
        var words = refusal.KernelText ?? refusal.Errno.Description;
        return new ControlPlaneException(statusCode, reason, $"{message}: {refusal.Operation}: {refusal.Errno.Name} ({words})", refusal)
        {
            Metadata = Metadata(refusal.Errno, refusal.KernelText),
            Violations = field is null ? [] : [new BadRequest.Types.FieldViolation { Field = field, Description = words }],
        };
    }

    /// <summary>What a caller hears of a system call that failed, from who knows what for it was made.</summary>
    public static ControlPlaneException Describe(SystemCallException call, StatusCode statusCode, ErrorReason reason, string message)
        => new(statusCode, reason, message, call) { Metadata = Metadata(call.Errno, text: null) };

    /// <summary>What a caller hears when the kernel could not be asked; null for exceptions that say nothing of the kind.</summary>
    public static ControlPlaneException? DescribeFailure(Exception failure) => failure switch
    {
        KernelRefusedException refusal => Describe(refusal),
        SystemCallException call => Describe(call),
        NetlinkTransportException transport => Unavailable(transport, transport.Errno),
        NetlinkFormatException or DumpInterruptedException => Unavailable(failure, errno: null),
        TuningRefusedException tuning => TuningRefusals.Describe(tuning),
        MptcpUnavailableException => new ControlPlaneException(
            StatusCode.Unimplemented, ErrorReason.KernelFeatureMissing, failure.Message, failure),
        _ => null,
    };

    private static ControlPlaneException Describe(SystemCallException call)
        => call.Errno == Errno.NotPermitted || call.Errno == Errno.AccessDenied
            ? Describe(call, StatusCode.PermissionDenied, ErrorReason.CapabilityMissing, call.Message)
            : Unavailable(call, call.Errno);

    private static ControlPlaneException Unavailable(Exception failure, Errno? errno)
        => new(StatusCode.Unavailable, ErrorReason.KernelUnavailable, failure.Message, failure)
        {
            Metadata = errno is { } number ? Metadata(number, text: null) : new Dictionary<string, string>(),
        };

    private static Dictionary<string, string> Metadata(Errno errno, string? text)
    {
        var metadata = new Dictionary<string, string>
        {
            ["errno"] = errno.Number.ToString(CultureInfo.InvariantCulture),
            ["errno_name"] = errno.Name,
        };
        if (text is not null)
            metadata["kernel"] = text;
        return metadata;
    }
}
