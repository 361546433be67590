using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Client;
using Mptcp.ControlPlane.Server.Services.Errors;
using Mptcp.Native;
using Mptcp.Native.Interop;
using Mptcp.Native.Netlink;

namespace Mptcp.ControlPlane.Server.Tests.Services.Errors;

public sealed class KernelErrorsTests
{
    [Theory]
    [InlineData("subflow-create", 22, "invalid token", StatusCode.NotFound, ErrorReason.ConnectionNotFound)]
    [InlineData("announce", 22, "userspace PM not selected", StatusCode.FailedPrecondition, ErrorReason.KernelPathManager)]
    [InlineData("subflow-create", 22, "did not match address and id", StatusCode.AlreadyExists, ErrorReason.AddressIdConflict)]
    [InlineData("announce", 17, null, StatusCode.AlreadyExists, ErrorReason.AddressIdConflict)]
    [InlineData("remove", 22, "address with id 0 not found", StatusCode.NotFound, ErrorReason.AddressNotFound)]
    [InlineData("remove", 2, null, StatusCode.NotFound, ErrorReason.AddressNotFound)]
    [InlineData("subflow-destroy", 3, null, StatusCode.NotFound, ErrorReason.SubflowNotFound)]
    [InlineData("get-addr", 3, null, StatusCode.NotFound, ErrorReason.ConnectionNotFound)]
    [InlineData("subflow-create", 99, "connect error: -99", StatusCode.FailedPrecondition, ErrorReason.AddressNotAvailable)]
    [InlineData("subflow-create", 101, "connect error: -101", StatusCode.FailedPrecondition, ErrorReason.AddressNotAvailable)]
    [InlineData("subflow-create", 113, null, StatusCode.FailedPrecondition, ErrorReason.AddressNotAvailable)]
    [InlineData("subflow-create", 107, null, StatusCode.FailedPrecondition, ErrorReason.KernelRefused)]
    [InlineData("add-addr", 16, null, StatusCode.AlreadyExists, ErrorReason.EndpointExists)]
    [InlineData("add-addr", 17, null, StatusCode.AlreadyExists, ErrorReason.EndpointExists)]
    [InlineData("add-addr", 34, null, StatusCode.ResourceExhausted, ErrorReason.EndpointsExhausted)]
    [InlineData("add-addr", 28, null, StatusCode.ResourceExhausted, ErrorReason.EndpointsExhausted)]
    [InlineData("add-addr", 22, "flags mustn't have both signal and fullmesh", StatusCode.InvalidArgument, ErrorReason.InvalidRequest)]
    [InlineData("add-addr", 22, "something new", StatusCode.FailedPrecondition, ErrorReason.KernelRefused)]
    [InlineData("get-addr", 22, null, StatusCode.NotFound, ErrorReason.EndpointNotFound)]
    [InlineData("del-addr", 22, "address not found", StatusCode.NotFound, ErrorReason.EndpointNotFound)]
    [InlineData("set-flags", 22, "address not found", StatusCode.NotFound, ErrorReason.EndpointNotFound)]
    [InlineData("set-limits", 22, "limit greater than maximum (8)", StatusCode.OutOfRange, ErrorReason.LimitTooHigh)]
    [InlineData("set-limits", 1, null, StatusCode.PermissionDenied, ErrorReason.CapabilityMissing)]
    [InlineData("announce", 95, null, StatusCode.Unimplemented, ErrorReason.KernelFeatureMissing)]
    [InlineData("announce", 93, null, StatusCode.Unimplemented, ErrorReason.KernelFeatureMissing)]
    [InlineData("link-get", 19, null, StatusCode.NotFound, ErrorReason.InterfaceNotFound)]
    [InlineData("socket-get", 105, null, StatusCode.Unavailable, ErrorReason.KernelUnavailable)]
    [InlineData("socket-destroy", 1, null, StatusCode.PermissionDenied, ErrorReason.CapabilityMissing)]
    [InlineData("socket-destroy", 95, null, StatusCode.Unimplemented, ErrorReason.KernelFeatureMissing)]
    [InlineData("announce", 71, null, StatusCode.Unknown, ErrorReason.KernelRefused)]
    public void Each_refusal_of_the_kernel_has_its_status_and_reason(
        string operation, int errno, string? text, StatusCode status, ErrorReason reason)
    {
        var refusal = new KernelRefusedException(operation, new Errno(errno), text);

        var error = ControlPlaneError.From(KernelErrors.Describe(refusal).ToRpcException());

        Assert.Equal((status, reason), (error.StatusCode, error.Reason));
        Assert.Equal("mptcp.control", error.Domain);
        Assert.Equal((errno, new Errno(errno).Name, text), (error.Errno, error.ErrnoName, error.KernelText));
        Assert.Contains(text ?? new Errno(errno).Description, error.Message, StringComparison.Ordinal);
    }

    public static TheoryData<Exception, StatusCode, ErrorReason, string?> Failures => new()
    {
        { new NetlinkTransportException("gone", new Errno(5)), StatusCode.Unavailable, ErrorReason.KernelUnavailable, "EIO" },
        { new NetlinkFormatException("nonsense"), StatusCode.Unavailable, ErrorReason.KernelUnavailable, null },
        { new DumpInterruptedException("endpoints", 8), StatusCode.Unavailable, ErrorReason.KernelUnavailable, null },
        { new SystemCallException("open x", new Errno(24)), StatusCode.Unavailable, ErrorReason.KernelUnavailable, "EMFILE" },
        { new SystemCallException("enter x", Errno.NotPermitted), StatusCode.PermissionDenied, ErrorReason.CapabilityMissing, "EPERM" },
        { new MptcpUnavailableException("no MPTCP"), StatusCode.Unimplemented, ErrorReason.KernelFeatureMissing, null },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public void Each_failure_to_ask_the_kernel_has_its_status_and_reason(
        Exception failure, StatusCode status, ErrorReason reason, string? errno)
    {
        var error = ControlPlaneError.From(KernelErrors.DescribeFailure(failure)!.ToRpcException());
        Assert.Equal((status, reason, errno), (error.StatusCode, error.Reason, error.ErrnoName));
    }

    [Fact]
    public void What_has_nothing_to_do_with_the_kernel_is_not_described()
        => Assert.Null(KernelErrors.DescribeFailure(new InvalidOperationException()));
}
