using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Policies.Documents;
using Mptcp.ControlPlane.Server.Policies.Revisions;
using Mptcp.ControlPlane.Server.Services.Errors;
using Mptcp.ControlPlane.Server.Services.Mapping.Policies;
using PolicyAuthor = Mptcp.ControlPlane.Server.Policies.Revisions.PolicyAuthor;
using Role = Mptcp.ControlPlane.Server.Policies.Model.Role;

namespace Mptcp.ControlPlane.Server.Tests.Services.Mapping.Policies;

public sealed class ApplyRequestParsingTests
{
    [Theory]
    [InlineData(true, "roles[0].name")]
    [InlineData(false, "document.roles[0].name")]
    public void A_role_of_the_configuration_is_refused_in_a_text_and_in_a_message(bool isText, string field)
    {
        var request = isText
            ? new ApplyPoliciesRequest { Yaml = "roles: [{name: edge}]" }
            : new ApplyPoliciesRequest { Document = new PolicyDocument { Roles = { new PolicyRole { Name = "edge" } } } };

        var refused = Assert.Throws<ControlPlaneException>(() => Read(request, new Role("edge")));
        var violation = Assert.Single(refused.Violations);
        Assert.Equal(field, violation.Field);
        Assert.Contains("\"edge\" is a role of the daemon's configuration", violation.Description, StringComparison.Ordinal);
        Assert.Equal("edge", Assert.Single(Read(request, new Role("other")).Document.Roles).Name);
    }

    [Fact]
    public void The_text_of_a_message_has_its_roles()
    {
        var request = new ApplyPoliciesRequest { Document = new PolicyDocument { Roles = { new PolicyRole { Name = "edge", Uids = { 7 } } } } };

        Assert.Equal([new Role("edge") { UserIds = [7] }], PolicyDocumentReader.Read(Read(request).Yaml).Roles);
    }

    private static PolicyProposal Read(ApplyPoliciesRequest request, params IReadOnlyList<Role> configured)
        => ApplyRequestParsing.Read(request, PolicyAuthor.Daemon, configured);
}
