using Mptcp.ControlPlane.Server.Policies.Documents;
using Mptcp.ControlPlane.Server.Policies.Model;

namespace Mptcp.ControlPlane.Server.Tests.Policies.Model;

public sealed class RoleValidationTests
{
    [Theory]
    [InlineData("name: ''", "name", "is required")]
    [InlineData("name: 'a b'", "name", "1 to 63 letters")]
    [InlineData("name: a, limits: {commands_per_second: 0}", "limits.commands_per_second", "must be 1 to 1000000, and is 0")]
    [InlineData("name: a, limits: {commands_per_second: 1000001}", "limits.commands_per_second", "must be 1 to 1000000, and is 1000001")]
    [InlineData("name: a, limits: {subflows_per_connection: -1}", "limits.subflows_per_connection", "must be 0 to 254, and is -1")]
    [InlineData("name: a, limits: {subflows_per_connection: 255}", "limits.subflows_per_connection", "must be 0 to 254, and is 255")]
    [InlineData("name: a, limits: {subflows: -1}", "limits.subflows", "must be 0 to 10000000, and is -1")]
    [InlineData("name: a, limits: {subflows: 10000001}", "limits.subflows", "must be 0 to 10000000, and is 10000001")]
    [InlineData("name: a, scope: {local: 10.0.0.0/8, remote: '2001:db8::/32'}", "scope.remote", "of a family that scope.local has")]
    [InlineData("name: a, scope: {remote: '::ffff:10.0.0.0/104'}", "scope.remote", "in IPv4: 10.0.0.0/8")]
    [InlineData("name: a, scope: {owner: {cgroups: user.slice}}", "scope.owner.cgroups", "must begin with \"/\"")]
    [InlineData("name: a, scope: {interfaces: [eth0, eth/0]}", "scope.interfaces[1]", "no interface's name")]
    public void What_cannot_be_is_told(string keys, string path, string message)
    {
        var violation = Assert.Single(Refused($"roles: [{{{keys}}}]"));

        Assert.Equal($"roles[0].{path}", violation.Path);
        Assert.Contains(message, violation.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("limits: {commands_per_second: 1, subflows_per_connection: 0, subflows: 0}")]
    [InlineData("limits: {commands_per_second: 1000000, subflows_per_connection: 254, subflows: 10000000}")]
    [InlineData("scope: {}, limits: {}, uids: []")]
    public void What_makes_sense_is_taken(string keys) => PolicyDocumentReader.Read($"roles: [{{name: a, {keys}}}]");

    [Fact]
    public void A_role_that_a_policy_names_need_not_be_stated()
        => PolicyDocumentReader.Read("policies: [{name: a, strategy: delegate, delegate: {role: edge, deadline: 1s, fallback: none}}]");

    [Fact]
    public void Scopes_of_roles_may_overlap_as_no_role_is_before_another()
        => PolicyDocumentReader.Read("roles: [{name: a}, {name: b, scope: {side: client}}]");

    [Fact]
    public void No_two_roles_have_the_same_name()
    {
        var violation = Assert.Single(Refused("roles:\n- name: edge\n- name: core\n- name: edge\n"));

        Assert.Equal((4, 9, "roles[2].name"), (violation.Line, violation.Column, violation.Path));
        Assert.Contains("that of roles[0] too", violation.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void No_role_has_the_name_of_one_of_the_configuration()
    {
        const string Yaml = "roles:\n- name: core\n- name: edge\n";
        var violation = Assert.Single(Refused(Yaml, new Role("edge"), new Role("other")));

        Assert.Equal((3, 9, "roles[1].name"), (violation.Line, violation.Column, violation.Path));
        Assert.Contains("\"edge\" is a role of the daemon's configuration", violation.Message, StringComparison.Ordinal);
        Assert.Equal(2, PolicyDocumentReader.Read(Yaml, new Role("other")).Roles.Length);
    }

    [Fact]
    public void A_policy_may_delegate_to_a_role_of_the_configuration()
        => PolicyDocumentReader.Read(
            "policies: [{name: a, strategy: delegate, delegate: {role: edge, deadline: 1s, fallback: none}}]", new Role("edge"));

    [Fact]
    public void There_are_at_most_a_hundred()
    {
        PolicyDocumentReader.Read(Many(100));
        var violation = Assert.Single(Refused(Many(101)));
        Assert.Equal(("roles", "must be at most 100, and are 101"), (violation.Path, violation.Message));

        static string Many(int count) => $"roles:\n{string.Concat(Enumerable.Range(0, count).Select(number => $"- {{name: r{number}}}\n"))}";
    }

    private static IReadOnlyList<PolicyViolation> Refused(string yaml, params IReadOnlyList<Role> configured)
        => Assert.Throws<PolicyDocumentException>(() => PolicyDocumentReader.Read(yaml, configured)).Violations;
}
