using Mptcp.ControlPlane.Server.Policies.Model;

namespace Mptcp.ControlPlane.Server.Policies.Documents;

internal sealed partial class PolicyDocumentReader
{
    private Role ReadRole(YamlNode node)
    {
        var fields = Fields(node, DocumentKeys.Role);
        var role = new Role(fields.Require<string>("name", "", ScalarText.Text));
        return role with
        {
            Scope = fields.Object("scope", role.Scope, ReadMatch),
            Limits = fields.Object("limits", role.Limits, ReadLimits),
            UserIds = fields.List<uint>("uids", default, ScalarText.UserId),
        };
    }

    private RoleLimits ReadLimits(YamlNode node)
    {
        var fields = Fields(node, DocumentKeys.RoleLimits);
        var standard = new RoleLimits();
        return new RoleLimits
        {
            CommandsPerSecond = fields.Read<int>("commands_per_second", standard.CommandsPerSecond, ScalarText.Whole),
            SubflowsPerConnection = fields.Read<int>("subflows_per_connection", standard.SubflowsPerConnection, ScalarText.Whole),
            Subflows = fields.Read<int>("subflows", standard.Subflows, ScalarText.Whole),
        };
    }
}
