using System.Net;
using Mptcp.ControlPlane.Server.Policies.Documents;
using Mptcp.ControlPlane.Server.Policies.Model;

namespace Mptcp.ControlPlane.Server.Tests.Policies.Documents;

public sealed class RoleDocumentTests
{
    [Fact]
    public void Every_key_is_read()
    {
        var document = PolicyDocumentReader.Read("""
            policies:
              - name: all
            roles:
              - name: edge
                scope:
                  side: server
                  remote: [198.18.0.0/15]
                  owner: {uids: 33}
                limits: {commands_per_second: 1, subflows_per_connection: 2, subflows: 3}
                uids: [1000, 0]
              - name: core
            """);

        Assert.Equal([new PathPolicy("all")], document.Policies);
        Assert.Equal(
            [
                new Role("edge")
                {
                    Scope = new PolicyMatch { ServerSide = true, Remote = [IPNetwork.Parse("198.18.0.0/15")], UserIds = [33] },
                    Limits = new RoleLimits { CommandsPerSecond = 1, SubflowsPerConnection = 2, Subflows = 3 },
                    UserIds = [1000, 0],
                },
                new Role("core"),
            ],
            document.Roles);
    }

    [Theory]
    [InlineData("roles: []")]
    [InlineData("roles:\n#  - name: later\n")]
    public void A_document_without_roles_states_nothing(string yaml) => Assert.Equal(PolicyDocument.Empty, PolicyDocumentReader.Read(yaml));

    [Theory]
    [InlineData("roles: 5", "roles", "must be a list of objects, and is \"5\"")]
    [InlineData("roles: [edge]", "roles[0]", "must be an object with keys such as name")]
    [InlineData("rols: []", "rols", "the nearest is \"roles\"")]
    [InlineData("roles: [{scope: {side: client}}]", "roles[0].name", "is required")]
    [InlineData("roles: [{name: a, match: {}}]", "roles[0].match", "is no key of that object")]
    [InlineData("roles: [{name: a, scope: }]", "roles[0].scope", "has no value")]
    [InlineData("roles: [{name: a, scope: {sid: client}}]", "roles[0].scope.sid", "the nearest is \"side\"")]
    [InlineData("roles: [{name: a, limits: 5}]", "roles[0].limits", "must be an object with keys such as commands_per_second")]
    [InlineData("roles: [{name: a, limits: {subflow: 5}}]", "roles[0].limits.subflow", "the nearest is \"subflows\"")]
    [InlineData("roles: [{name: a, limits: {subflows: many}}]", "roles[0].limits.subflows", "must be a whole number, and is \"many\"")]
    [InlineData("roles: [{name: a, uids: root}]", "roles[0].uids", "the number of a user")]
    public void What_is_wrong_is_told_alone(string yaml, string path, string message)
    {
        var violation = Assert.Single(Refused(yaml));

        Assert.Equal(path, violation.Path);
        Assert.Contains(message, violation.Message, StringComparison.Ordinal);
        Assert.True(violation is { Line: 1, Column: > 0 });
    }

    [Fact]
    public void Everything_that_is_wrong_is_told_with_its_place()
    {
        var violations = Refused("""
            roles:
              - name: edge
                scoep: {side: client}
                limits: {commands_per_second: 0}
              - name: edge
                uids: [-1]
            policies:
              - {name: a, max_subflows: 999}
            """);

        Assert.Equal(
            [
                (3, 5, "roles[0].scoep"), (4, 35, "roles[0].limits.commands_per_second"), (5, 11, "roles[1].name"), (6, 12, "roles[1].uids[0]"),
                (8, 29, "policies[0].max_subflows"),
            ],
            violations.Select(violation => (violation.Line, violation.Column, violation.Path)));
        Assert.Contains("the nearest is \"scope\"", violations[0].Message, StringComparison.Ordinal);
    }

    private static IReadOnlyList<PolicyViolation> Refused(string yaml)
        => Assert.Throws<PolicyDocumentException>(() => PolicyDocumentReader.Read(yaml)).Violations;
}
