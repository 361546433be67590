using Mptcp.ControlPlane.Server.Policies.Documents;
using Mptcp.ControlPlane.Server.Policies.Model;
using Mptcp.Native.Interop;

namespace Mptcp.ControlPlane.Server.Tests.Policies.Model;

public sealed class PolicyValidatorTests
{
    [Theory]
    [InlineData("name: 'a b'", "name", "1 to 63 letters")]
    [InlineData("max_subflows: 255", "max_subflows", "0 to 254")]
    [InlineData("max_subflows: -1", "max_subflows", "0 to 254")]
    [InlineData("strategy: ndiffports, ndiffports: 0", "ndiffports", "1 to 254")]
    [InlineData("strategy: ndiffports, ndiffports: 9", "ndiffports", "at most max_subflows, which is 8")]
    [InlineData("ndiffports: 2", "ndiffports", "must be left out")]
    [InlineData("strategy: delegate", "delegate", "is required")]
    [InlineData("delegate: {role: r, deadline: 1s, fallback: none}", "delegate", "must be left out")]
    [InlineData("strategy: delegate, delegate: {role: r, deadline: 61s, fallback: none}", "delegate.deadline", "at most 1m")]
    [InlineData("strategy: delegate, delegate: {role: r, deadline: 0s, fallback: none}", "delegate.deadline", "more than 0s")]
    [InlineData("strategy: delegate, delegate: {role: r, deadline: 1s, fallback: delegate}", "delegate.fallback", "no controller")]
    [InlineData("retry: {initial: 0s}", "retry.initial", "more than 0s")]
    [InlineData("retry: {initial: 2m}", "retry.max", "at least retry.initial, which is 2m, and is 1m")]
    [InlineData("retry: {attempts: -1}", "retry.attempts", "0, for ever, or more")]
    [InlineData("interfaces: {allow: [eth0, 'wwan*'], deny: ['wwan*']}", "interfaces.allow[1]", "interfaces.deny[0] denies it")]
    [InlineData("interfaces: {deny: ['wwan?*']}, backup: {interfaces: wwan0}", "backup.interfaces", "interfaces.deny[0] denies \"wwan0\"")]
    [InlineData("interfaces: {allow: 'eth*'}, backup: {interfaces: wwan0}", "backup.interfaces", "interfaces.allow has no \"wwan0\"")]
    [InlineData("backup: {standby: hot}", "backup.interfaces", "is required")]
    [InlineData("families: []", "families", "ipv4, ipv6 or both")]
    [InlineData("families: ipv4, announce: [{address: '2001:db8::1'}]", "announce[0].address", "of a family that families has")]
    [InlineData("families: ipv4, remotes: initial, match: {remote: '2001:db8::/32'}", "families", "addresses that connections begin with")]
    [InlineData("match: {local: 10.0.0.0/8, remote: '2001:db8::/32'}", "match.remote", "of a family that match.local has")]
    [InlineData("match: {remote: '::ffff:10.0.0.0/104'}", "match.remote", "in IPv4: 10.0.0.0/8")]
    [InlineData("match: {owner: {cgroups: user.slice}}", "match.owner.cgroups", "must begin with \"/\"")]
    [InlineData("match: {owner: {cgroups: /user.slice/}}", "match.owner.cgroups", "without a \"/\" at the end")]
    [InlineData("match: {owner: {commands: a-command-too-long}}", "match.owner.commands", "at most 15 bytes")]
    [InlineData("announce: [{port: 443}]", "announce[0]", "must have interfaces or an address")]
    [InlineData("announce: [{interfaces: eth0, address: 192.0.2.1}]", "announce[0]", "has both")]
    [InlineData("announce: [{interfaces: eth0, inside: 10.0.0.1}]", "announce[0].inside", "no address")]
    [InlineData("announce: [{address: 192.0.2.1, inside: '2001:db8::1'}]", "announce[0].inside", "of the family of 192.0.2.1")]
    [InlineData("announce: [{interfaces: eth0, inside_port: 1}]", "announce[0].inside_port", "no port")]
    [InlineData("remotes: initial, allow_id0: false", "allow_id0", "must be true")]
    [InlineData("strategy: ndiffports, allow_id0: false", "allow_id0", "must be true")]
    [InlineData("mode: kernel, match: {side: client}", "match.side", "with the mode kernel")]
    [InlineData("mode: kernel, match: {owner: {uids: 0}}", "match.owner", "with the mode kernel")]
    [InlineData("mode: kernel, strategy: ndiffports", "strategy", "none, fullmesh or per-interface")]
    [InlineData("mode: kernel, remotes: announced", "remotes", "must be initial or both")]
    [InlineData("mode: kernel, allow_id0: false", "allow_id0", "must be true")]
    [InlineData("mode: kernel, announce: [{interfaces: eth0, port: 443, listen: false}]", "announce[0].listen", "listens wherever it announces a port")]
    [InlineData("mode: kernel, announce: [{address: 192.0.2.1, inside: 10.0.0.1}]", "announce[0].inside", "its own addresses")]
    [InlineData("mode: kernel, backup: {interfaces: eth0, standby: cold}", "backup.standby", "must be hot")]
    [InlineData("mode: kernel, backup: {interfaces: eth0, active_when: any_lost}", "backup.active_when", "must be none_left")]
    [InlineData("mode: kernel, backup: {interfaces: eth0, after: 1s}", "backup.after", "must be left out")]
    public void What_contradicts_itself_is_told(string keys, string path, string message)
    {
        var name = keys.StartsWith("name", StringComparison.Ordinal) ? "" : "name: a, ";
        var violation = Assert.Single(Refused($"policies: [{{{name}{keys}}}]"));

        Assert.Equal($"policies[0].{path}", violation.Path);
        Assert.Contains(message, violation.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("strategy: none, remotes: initial, allow_id0: false")]
    [InlineData("mode: kernel, bind_interface: true, backup: {interfaces: eth0}, match: {namespaces: 'edge-*'}")]
    [InlineData("strategy: delegate, ndiffports: 3, delegate: {role: r, deadline: 60s, fallback: ndiffports}")]
    [InlineData("families: ipv6, match: {remote: 10.0.0.0/8}")]
    [InlineData("interfaces: {allow: 'e*', deny: 'eth?'}, backup: {interfaces: 'eth*'}")]
    public void What_makes_sense_is_taken(string keys) => PolicyDocumentReader.Read($"policies: [{{name: a, {keys}}}]");

    [Theory]
    [InlineData("", "side: client")]
    [InlineData("remote: 10.0.0.0/8", "remote: [10.1.0.0/16, 10.2.0.0/16]")]
    [InlineData("remote_ports: [1-100, 443]", "remote_ports: [5-6, 443], side: server")]
    [InlineData("interfaces: 'e*'", "interfaces: ['eth*', 'e?p']")]
    [InlineData("owner: {uids: [1, 2]}", "owner: {uids: 2, commands: curl}")]
    public void A_policy_that_can_never_decide_is_told(string earlier, string later)
    {
        var violation = Assert.Single(Refused(Two(earlier, later)));

        Assert.Equal("policies[1].match", violation.Path);
        Assert.Contains("policies[0]", violation.Message, StringComparison.Ordinal);
        PolicyDocumentReader.Read(Two(later, earlier));
    }

    [Theory]
    [InlineData("remote: 10.0.0.0/8", "remote: [10.1.0.0/16, 11.0.0.0/8]")]
    [InlineData("interfaces: 'e?'", "interfaces: 'e*'")]
    [InlineData("interfaces: 'e*0'", "interfaces: 'e*'")]
    [InlineData("side: client", "side: server")]
    public void A_policy_that_can_decide_is_taken(string earlier, string later) => PolicyDocumentReader.Read(Two(earlier, later));

    [Fact]
    public void Two_policies_of_the_kernel_do_not_share_a_pattern_of_namespaces()
    {
        var violation = Assert.Single(Refused("""
            policies:
              - {name: a, mode: kernel, match: {namespaces: [edge, core]}}
              - {name: b, mode: kernel, match: {namespaces: [lab, core]}}
            """));

        Assert.Equal((3, 55, "policies[1].match.namespaces[1]"), (violation.Line, violation.Column, violation.Path));
    }

    [Fact]
    public void A_model_that_no_document_can_state_is_refused()
    {
        var document = new PolicyDocument
        {
            Policies =
            [
                new PathPolicy(new string('a', 64))
                {
                    Families = AddressFamilies.None,
                    Remotes = RemoteChoice.None,
                    Match = new PolicyMatch { RemotePorts = [new PortRange(9, 8)] },
                    Retry = new RetryRule { Initial = TimeSpan.FromTicks(1), Jitter = double.NaN, FinalErrors = [new Errno(4000)] },
                    Announce = [new Announcement { Interfaces = ["eth0"], Port = 65536 }],
                },
                new PathPolicy(""),
            ],
        };

        Assert.Equal(
            [
                "policies[0].name", "policies[0].match.remote_ports[0]", "policies[0].families", "policies[0].remotes",
                "policies[0].announce[0].port", "policies[0].retry.initial", "policies[0].retry.jitter", "policies[0].retry.final_errors[0]",
                "policies[1].name",
            ],
            PolicyValidator.Check(document).Select(problem => problem.Path));
    }

    private static string Two(string earlier, string later)
        => $"policies: [{{name: a, match: {{{earlier}}}}}, {{name: b, match: {{{later}}}}}]";

    private static IReadOnlyList<PolicyViolation> Refused(string yaml)
        => Assert.Throws<PolicyDocumentException>(() => PolicyDocumentReader.Read(yaml)).Violations;
}
