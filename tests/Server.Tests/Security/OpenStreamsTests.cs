using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Policies.Model;
using Mptcp.ControlPlane.Server.Security.Calls;
using Mptcp.ControlPlane.Server.Security.Identity;
using Mptcp.ControlPlane.Server.Security.Permissions;
using PolicyDocument = Mptcp.ControlPlane.Server.Policies.Model.PolicyDocument;

namespace Mptcp.ControlPlane.Server.Tests.Security;

public sealed class OpenStreamsTests
{
    private static readonly LocalCaller Caller = new(UserId: 1000, Groups: [1000], ProcessId: 7, Command: "te-ctl");

    // Both roles reach the same.
    private static readonly Roles Stated = new([new Role("one"), new Role("other")], PolicyDocument.Empty);

    [Theory]
    [InlineData(Permission.PlayRole, true)]
    [InlineData(Permission.ReadConnections, false)]
    internal void Who_may_play_another_role_than_before_loses_the_session_and_nothing_else(Permission permission, bool ends)
    {
        var control = new AccessControl(Playing("one"), new DaemonOwner(UserId: 0, SocketGroup: 0));
        control.Adopt(Stated, PolicyDocument.Empty);
        var time = new FakeTimeProvider();
        using var callers = new CallerIdentification(null, null, time);
        using var streams = new OpenStreams(callers, control, time);
        using var life = new CallLife(new DefaultHttpContext(), CancellationToken.None);
        using var stream = streams.Enter(new CallAccess(Caller, control.GrantsOf(Caller), permission), life);
        Assert.Null(life.Why);

        control.Adopt(Playing("other"));
        Assert.Equal(ends ? ErrorReason.AccessChanged : null, life.Why?.Reason);
    }

    [Fact]
    public void Streams_that_everybody_may_open_go_on_when_rights_are_lost()
    {
        var control = new AccessControl(Playing("one"), new DaemonOwner(UserId: 0, SocketGroup: 0));
        var time = new FakeTimeProvider();
        using var callers = new CallerIdentification(null, null, time);
        using var streams = new OpenStreams(callers, control, time);
        using var life = new CallLife(new DefaultHttpContext(), CancellationToken.None);
        using var stream = streams.Enter(new CallAccess(Caller, control.GrantsOf(Caller), Permission.None), life);
        control.Adopt(new AccessRules());
        Assert.Null(life.Why);
    }

    private static AccessRules Playing(string role)
        => new() { Bindings = [new AccessBinding(AccessRole.Controller, [new CallerPattern.User(1000)]) { Plays = [role] }] };
}
