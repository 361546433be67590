using Mptcp.ControlPlane.Server.Policies.Model;
using Mptcp.ControlPlane.Server.Services.Errors;
using Mptcp.ControlPlane.Server.Services.Mapping.Policies;
using Proto = Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Server.Tests.Services.Mapping.Policies;

public sealed class RoleMappingTests
{
    private static readonly Role Everything = new("edge")
    {
        Scope = new PolicyMatch { ServerSide = true, Namespaces = ["blue"], RemotePorts = [new PortRange(443, 444)] },
        Limits = new RoleLimits { CommandsPerSecond = 1_000_000, SubflowsPerConnection = 0, Subflows = 10_000_000 },
        UserIds = [0, 4_000_000_000],
    };

    [Fact]
    public void A_role_of_everything_goes_there_and_back()
    {
        var message = PolicyDocumentMapping.ToProto(new PolicyDocument { Roles = [Everything, new Role("core")] });

        Assert.Equal([Everything, new Role("core")], Read(message).Roles);
    }

    [Fact]
    public void What_is_left_to_its_default_is_said()
    {
        var message = Assert.Single(PolicyDocumentMapping.ToProto(new PolicyDocument { Roles = [new Role("edge")] }).Roles);

        var limits = new Proto.RoleLimits { CommandsPerSecond = 10_000, SubflowsPerConnection = 32, Subflows = 100_000 };
        Assert.Equal(new Proto.PolicyRole { Name = "edge", Scope = new(), Limits = limits }, message);
    }

    [Fact]
    public void A_role_of_nothing_has_the_defaults_of_the_model()
    {
        var document = new Proto.PolicyDocument { Roles = { new Proto.PolicyRole(), new Proto.PolicyRole { Scope = new(), Limits = new() } } };

        Assert.Equal([new Role(""), new Role("")], Read(document).Roles);
    }

    [Fact]
    public void Everything_that_cannot_be_read_is_told_with_its_place()
    {
        var violations = new RequestViolations();
        var role = new Proto.PolicyRole
        {
            Scope = new Proto.PolicyMatch { LocalPrefixes = { "198.18.0.1/15" } },
            Limits = new Proto.RoleLimits { CommandsPerSecond = uint.MaxValue, SubflowsPerConnection = uint.MaxValue, Subflows = uint.MaxValue },
        };
        new PolicyDocumentParsing(violations).Read(new Proto.PolicyDocument { Roles = { new Proto.PolicyRole(), role } }, "document");

        Assert.Equal(
            [
                "document.roles[1].scope.local_prefixes[0]", "document.roles[1].limits.commands_per_second",
                "document.roles[1].limits.subflows_per_connection", "document.roles[1].limits.subflows",
            ],
            violations.ToException().Violations.Select(violation => violation.Field));
    }

    private static PolicyDocument Read(Proto.PolicyDocument message)
    {
        var violations = new RequestViolations();
        var document = new PolicyDocumentParsing(violations).Read(message, "document");
        violations.ThrowIfAny();
        return document;
    }
}
