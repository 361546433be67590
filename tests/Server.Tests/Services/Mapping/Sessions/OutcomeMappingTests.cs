using Mptcp.ControlPlane.Server.Kernel.Namespaces;
using Mptcp.ControlPlane.Server.Policies.Model;
using Mptcp.ControlPlane.Server.Security.Permissions;
using Mptcp.ControlPlane.Server.Services.Mapping.Sessions;
using Mptcp.ControlPlane.Server.Sessions;
using Mptcp.ControlPlane.Server.Sessions.Deciding;
using Mptcp.ControlPlane.Server.Sessions.Orders;

namespace Mptcp.ControlPlane.Server.Tests.Services.Mapping.Sessions;

public sealed class OutcomeMappingTests
{
    private static readonly Access Scoped = Access.Scoped(AccessRole.Controller, [new ConnectionScope.Matching(PolicyMatch.All)]);

    [Theory]
    [InlineData(SessionRefusal.ScopeExceeded)]
    [InlineData(SessionRefusal.ScopeHeld)]
    [InlineData(SessionRefusal.ConnectionIdMismatch)]
    internal void What_tells_of_others_connections_tells_a_controller_with_a_scope_that_there_is_none(SessionRefusal refusal)
    {
        var hidden = Map(Scoped, refusal);
        Assert.Equal(("CONNECTION_NOT_FOUND", "the namespace blue has no connection with the token 0x00000005"), hidden);
        Assert.Equal("whose it is", Map(Access.Whole(AccessRole.Administrator), refusal).Message);
    }

    [Fact]
    public void What_tells_of_its_own_is_told() => Assert.Equal(("ROLE_LIMIT_EXCEEDED", "whose it is"), Map(Scoped, SessionRefusal.LimitExceeded));

    private static (string Reason, string Message) Map(Access reach, SessionRefusal refusal)
    {
        using var namespaces = new HostNamespaces(new NamespaceSelection([]), static _ => { });
        var outcome = new OrderOutcome(new SessionRefusedException(refusal, "whose it is"));
        var error = new OutcomeMapping(namespaces, reach).ToProto(new CommandOutcome(1, "blue", 5, outcome)).Result.Error;
        return (error.Reason, error.Message);
    }
}
