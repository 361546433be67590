using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Client;

namespace Mptcp.ControlPlane.Server.Tests.Support;

/// <summary>What a refused call says, asserted as a caller sees it.</summary>
internal static class Refusals
{
    public static async Task<ControlPlaneError> RefusedAsync<T>(this AsyncUnaryCall<T> call, StatusCode status, ErrorReason reason)
    {
        var exception = await Assert.ThrowsAsync<RpcException>(() => call.ResponseAsync);
        var error = ControlPlaneError.From(exception);
        Assert.True((status, reason) == (error.StatusCode, error.Reason), $"{error.StatusCode} {error.Reason}: {error.Message}");
        Assert.Equal("mptcp.control", error.Domain);
        return error;
    }

    /// <summary>The fields that an invalid request was refused for, all of them and in their order.</summary>
    public static async Task ViolatesAsync<T>(this AsyncUnaryCall<T> call, params string[] fields)
    {
        var error = await call.RefusedAsync(StatusCode.InvalidArgument, ErrorReason.InvalidRequest);
        Assert.Equal(fields, error.Violations.Select(violation => violation.Field));
        Assert.All(error.Violations, violation => Assert.Contains(violation.Description, error.Message, StringComparison.Ordinal));
    }
}
