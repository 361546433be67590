using Mptcp.ControlPlane.Server.Policies.Model;

namespace Mptcp.ControlPlane.Server.Tests.Policies.Model;

public sealed class RolesTests
{
    private static readonly Role Configured = new("edge") { UserIds = [1] };

    private static readonly Role Stated = new("core") { UserIds = [2] };

    [Fact]
    public void Roles_of_the_configuration_and_of_the_policies_are_as_they_are_stated()
    {
        var roles = new Roles([Configured], new PolicyDocument { Roles = [Stated] });

        Assert.Same(Configured, roles.Find("edge"));
        Assert.Same(Stated, roles.Find("core"));
        Assert.Null(roles.Find("Edge"));
    }

    [Fact]
    public void A_role_that_a_policy_only_names_has_the_defaults()
    {
        var roles = new Roles([Configured], new PolicyDocument { Policies = [new PathPolicy("a"), DelegatingTo("other"), DelegatingTo("edge")] });

        Assert.Equal(new Role("other") { IsStated = false }, roles.Find("other"));
        Assert.Same(Configured, roles.Find("edge"));
        Assert.Null(roles.Find("a"));
    }

    [Fact]
    public void All_are_listed_once_and_by_name()
    {
        var roles = new Roles(
            [Configured],
            new PolicyDocument { Policies = [DelegatingTo("b"), DelegatingTo("core"), DelegatingTo("B"), DelegatingTo("b")], Roles = [Stated] });

        Assert.Equal(["B", "b", "core", "edge"], roles.All.Select(role => role.Name));
        Assert.All(roles.All, role => Assert.Same(roles.Find(role.Name), role));
        Assert.Empty(new Roles([], PolicyDocument.Empty).All);
    }

    [Fact]
    public void Where_the_configuration_has_got_a_role_that_an_older_document_has_it_holds()
        => Assert.Same(Configured, Assert.Single(new Roles([Configured], new PolicyDocument { Roles = [new Role("edge")] }).All));

    private static PathPolicy DelegatingTo(string role) => new($"to-{role}")
    {
        Strategy = PathStrategy.Delegate,
        Delegation = new Delegation(role, TimeSpan.FromSeconds(1), PathStrategy.None),
    };
}
