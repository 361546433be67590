using System.Collections.Immutable;
using System.Net;
using Mptcp.ControlPlane.Server.Policies.Model;
using Mptcp.Native.Interop;

namespace Mptcp.ControlPlane.Server.Policies.Documents;

/// <summary>Reads policy documents. Their keys are described in docs/policies.md.</summary>
internal sealed partial class PolicyDocumentReader
{
    private static readonly PathPolicy Standard = new("");

    private readonly DocumentViolations _violations = new();

    private PolicyDocumentReader()
    {
    }

    /// <summary>Reads a document.</summary>
    /// <param name="yaml">The document, in YAML. An empty one states nothing.</param>
    /// <param name="configured">The roles of the configuration, whose names the document's may not have.</param>
    /// <exception cref="PolicyDocumentException">It is not valid; everything that is wrong with it is told.</exception>
    public static PolicyDocument Read(string yaml, params IReadOnlyList<Role> configured) => new PolicyDocumentReader().ReadText(yaml, configured);

    private PolicyDocument ReadText(string yaml, IReadOnlyList<Role> configured)
    {
        var tree = YamlTree.Read(yaml, _violations);
        var document = tree.Root is { IsNull: false } root ? ReadDocument(root) : PolicyDocument.Empty;
        foreach (var problem in PolicyValidator.Check(document, configured))
        {
            // What could not be read has its default, of which nothing can be said.
            if (_violations.IsRead(problem.Path) && problem.Because.All(_violations.IsWhollyRead))
            {
                // A scalar that stands for a list of one has the path of the list.
                var place = tree.Around(problem.Path)!;
                _violations.Add(place.Line, place.Column, place.Scalar is null ? problem.Path : place.Path, problem.Message);
            }
        }

        _violations.ThrowIfAny();
        return document;
    }

    private PolicyDocument ReadDocument(YamlNode node)
    {
        var fields = Fields(node, DocumentKeys.Document);

        // Where all policies are commented out, nothing is left behind the key.
        return new PolicyDocument
        {
            Policies = fields.IsEmpty("policies") ? [] : fields.Objects("policies", ReadPolicy),
            Roles = fields.IsEmpty("roles") ? [] : fields.Objects("roles", ReadRole),
        };
    }

    private PathPolicy ReadPolicy(YamlNode node)
    {
        var fields = Fields(node, DocumentKeys.Policy);
        return new PathPolicy(fields.Require<string>("name", "", ScalarText.Text))
        {
            Match = fields.Object("match", Standard.Match, ReadMatch),
            Mode = fields.Read("mode", Standard.Mode, DocumentWords.Mode.Read),
            Strategy = fields.Read("strategy", Standard.Strategy, DocumentWords.Strategy.Read),
            Ndiffports = fields.Read<int>("ndiffports", Standard.Ndiffports, ScalarText.Whole),
            Delegation = fields.Object("delegate", Standard.Delegation, ReadDelegation),
            Interfaces = fields.Object("interfaces", Standard.Interfaces, ReadInterfaces),
            Families = fields.Has("families") ? Union(fields.List("families", AddressFamilies.None, DocumentWords.Family.Read)) : Standard.Families,
            Remotes = fields.Read("remotes", Standard.Remotes, DocumentWords.Remotes.Read),
            AllowId0 = fields.Read("allow_id0", Standard.AllowId0, DocumentWords.Flag.Read),
            BindInterface = fields.Read("bind_interface", Standard.BindInterface, DocumentWords.Flag.Read),
            Backup = fields.Object("backup", Standard.Backup, ReadBackup),
            MaxSubflows = fields.Read<int>("max_subflows", Standard.MaxSubflows, ScalarText.Whole),
            Announce = fields.Objects("announce", ReadAnnouncement),
            Retry = fields.Object("retry", Standard.Retry, ReadRetry),
        };
    }

    private PolicyMatch ReadMatch(YamlNode node)
    {
        var fields = Fields(node, DocumentKeys.Match);
        var match = new PolicyMatch
        {
            ServerSide = fields.Read("side", PolicyMatch.All.ServerSide, DocumentWords.Side.Read),
            Remote = fields.List<IPNetwork>("remote", default, ScalarText.Prefix),
            RemotePorts = fields.List<PortRange>("remote_ports", default, ScalarText.Ports),
            Local = fields.List<IPNetwork>("local", default, ScalarText.Prefix),
            LocalPorts = fields.List<PortRange>("local_ports", default, ScalarText.Ports),
            Interfaces = fields.Texts("interfaces"),
            Namespaces = fields.Texts("namespaces"),
        };
        return fields.Object("owner", match, owner => ReadOwner(owner, match));
    }

    private PolicyMatch ReadOwner(YamlNode node, PolicyMatch match)
    {
        var fields = Fields(node, DocumentKeys.Owner);
        return match with
        {
            UserIds = fields.List<uint>("uids", default, ScalarText.UserId),
            Cgroups = fields.Texts("cgroups"),
            Commands = fields.Texts("commands"),
        };
    }

    private Delegation ReadDelegation(YamlNode node)
    {
        var fields = Fields(node, DocumentKeys.Delegate);
        return new Delegation(
            fields.Require<string>("role", "", ScalarText.Text),
            fields.Require<TimeSpan>("deadline", default, ScalarText.Duration),
            fields.Require("fallback", PathStrategy.None, DocumentWords.Strategy.Read));
    }

    private NamePatterns ReadInterfaces(YamlNode node)
    {
        var fields = Fields(node, DocumentKeys.Interfaces);
        return new NamePatterns(fields.Texts("allow"), fields.Texts("deny"));
    }

    private BackupRule ReadBackup(YamlNode node)
    {
        var fields = Fields(node, DocumentKeys.Backup);
        var rule = new BackupRule(fields.Texts("interfaces"));
        return rule with
        {
            Standby = fields.Read("standby", rule.Standby, DocumentWords.Standby.Read),
            ActiveWhen = fields.Read("active_when", rule.ActiveWhen, DocumentWords.ActiveWhen.Read),
            After = fields.Read<TimeSpan>("after", rule.After, ScalarText.Duration),
        };
    }

    private Announcement ReadAnnouncement(YamlNode node)
    {
        var fields = Fields(node, DocumentKeys.Announcement);
        var standard = new Announcement();
        return new Announcement
        {
            Interfaces = fields.Texts("interfaces"),
            Address = fields.Read("address", standard.Address, ScalarText.Address),
            Port = fields.Read<int>("port", standard.Port, ScalarText.Port),
            Inside = fields.Read("inside", standard.Inside, ScalarText.Address),
            InsidePort = fields.Read<int>("inside_port", standard.InsidePort, ScalarText.Port),
            Listen = fields.Read("listen", standard.Listen, DocumentWords.Flag.Read),
        };
    }

    private RetryRule ReadRetry(YamlNode node)
    {
        var fields = Fields(node, DocumentKeys.Retry);
        var standard = Standard.Retry;
        return new RetryRule
        {
            Initial = fields.Read<TimeSpan>("initial", standard.Initial, ScalarText.Duration),
            Longest = fields.Read<TimeSpan>("max", standard.Longest, ScalarText.Duration),
            Jitter = fields.Read<double>("jitter", standard.Jitter, ScalarText.Part),
            Attempts = fields.Read<int>("attempts", standard.Attempts, ScalarText.Whole),
            FinalErrors = fields.List<Errno>("final_errors", default, ScalarText.Error),
        };
    }

    private FieldReader Fields(YamlNode node, string[] keys) => new(node, keys, _violations);

    private static AddressFamilies Union(ImmutableArray<AddressFamilies> families)
        => families.Aggregate(AddressFamilies.None, (all, family) => all | family);
}
