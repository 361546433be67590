using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Security.Calls;
using Mptcp.ControlPlane.Server.Services.Errors;

namespace Mptcp.ControlPlane.Server.Tests.Security;

public sealed class CallLifeTests
{
    private static readonly ControlPlaneException Why = new(StatusCode.Aborted, ErrorReason.AccessChanged, "why");

    [Fact]
    public void Its_end_cancels_the_call_for_the_first_reason()
    {
        var http = new DefaultHttpContext();
        using var life = new CallLife(http, CancellationToken.None);
        life.End(Why);
        life.End(new ControlPlaneException(StatusCode.Aborted, ErrorReason.AccessChanged, "another"));
        Assert.True(http.RequestAborted.IsCancellationRequested);
        Assert.Same(Why, life.Why);
    }

    [Fact]
    public void One_that_is_over_meanwhile_has_no_end_and_nothing_goes_wrong()
    {
        var life = new CallLife(new DefaultHttpContext(), CancellationToken.None);
        life.Dispose();
        life.End(Why);
        Assert.Null(life.Why);
    }
}
