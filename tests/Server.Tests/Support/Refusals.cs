using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Client;

namespace Mptcp.ControlPlane.Server.Tests.Support;

/// <summary>What a refused call says, asserted as a caller sees it.</summary>
internal static class Refusals
{
    public static Task<ControlPlaneError> RefusedAsync<T>(this AsyncUnaryCall<T> call, StatusCode status, ErrorReason reason)
        => RefusedAsync(() => call.ResponseAsync, status, reason);

    /// <summary>As for a unary call, of a stream that ends before anything came.</summary>
    public static Task<ControlPlaneError> RefusedAsync<T>(this AsyncServerStreamingCall<T> call, StatusCode status, ErrorReason reason)
        => RefusedAsync(() => call.ResponseStream.MoveNext(CancellationToken.None), status, reason);

    /// <summary>The fields that an invalid request was refused for, all of them and in their order.</summary>
    public static async Task ViolatesAsync<T>(this AsyncUnaryCall<T> call, params string[] fields)
        => Violates(await call.RefusedAsync(StatusCode.InvalidArgument, ErrorReason.InvalidRequest), fields);

    /// <inheritdoc cref="ViolatesAsync{T}(AsyncUnaryCall{T}, string[])" />
    public static async Task ViolatesAsync<T>(this AsyncServerStreamingCall<T> call, params string[] fields)
        => Violates(await call.RefusedAsync(StatusCode.InvalidArgument, ErrorReason.InvalidRequest), fields);

    private static async Task<ControlPlaneError> RefusedAsync(Func<Task> call, StatusCode status, ErrorReason reason)
    {
        var exception = await Assert.ThrowsAsync<RpcException>(call);
        var error = ControlPlaneError.From(exception);
        Assert.True((status, reason) == (error.StatusCode, error.Reason), $"{error.StatusCode} {error.Reason}: {error.Message}");
        Assert.Equal("mptcp.control", error.Domain);
        return error;
    }

    private static void Violates(ControlPlaneError error, string[] fields)
    {
        Assert.Equal(fields, error.Violations.Select(violation => violation.Field));
        Assert.All(error.Violations, violation => Assert.Contains(violation.Description, error.Message, StringComparison.Ordinal));
    }
}
