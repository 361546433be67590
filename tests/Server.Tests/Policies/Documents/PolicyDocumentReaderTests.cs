using System.Net;
using CsCheck;
using Mptcp.ControlPlane.Server.Policies.Documents;
using Mptcp.ControlPlane.Server.Policies.Model;
using Mptcp.Native.Interop;

namespace Mptcp.ControlPlane.Server.Tests.Policies.Documents;

public sealed class PolicyDocumentReaderTests
{
    private const string Everything = """
        policies:
          - name: uplinks
            match:
              side: client
              remote: [198.18.0.0/15]
              remote_ports: [443, 8000-8100]
              local: []
              local_ports: 1024-65535
              interfaces: ["eth*"]
              namespaces: "edge-*"
              owner: {uids: [1000], cgroups: ["/user.slice/*"], commands: [curl]}
            mode: userspace
            strategy: delegate
            ndiffports: 2
            delegate: {role: edge, deadline: 500ms, fallback: ndiffports}
            interfaces: {allow: ["eth*", "wwan*"], deny: [docker0]}
            families: [ipv4]
            remotes: announced
            allow_id0: false
            bind_interface: true
            backup: {interfaces: ["wwan*"], standby: cold, active_when: any_lost, after: 1m30s}
            max_subflows: 4
            announce:
              - interfaces: [eth1]
                port: 8443
                listen: false
              - {address: 203.0.113.7, port: 443, inside: 198.18.0.2, inside_port: 8443}
            retry: {initial: 2s, max: 1h, jitter: 12.5%, attempts: 3, final_errors: [ECONNREFUSED]}
        """;

    [Fact]
    public void Every_key_is_read()
    {
        var expected = new PathPolicy("uplinks")
        {
            Match = new PolicyMatch
            {
                ServerSide = false,
                Remote = [IPNetwork.Parse("198.18.0.0/15")],
                RemotePorts = [new PortRange(443, 443), new PortRange(8000, 8100)],
                LocalPorts = [new PortRange(1024, 65535)],
                Interfaces = ["eth*"],
                Namespaces = ["edge-*"],
                UserIds = [1000],
                Cgroups = ["/user.slice/*"],
                Commands = ["curl"],
            },
            Strategy = PathStrategy.Delegate,
            Ndiffports = 2,
            Delegation = new Delegation("edge", TimeSpan.FromMilliseconds(500), PathStrategy.Ndiffports),
            Interfaces = new NamePatterns(["eth*", "wwan*"], ["docker0"]),
            Families = AddressFamilies.IPv4,
            Remotes = RemoteChoice.Announced,
            AllowId0 = false,
            BindInterface = true,
            Backup = new BackupRule(["wwan*"])
            {
                Standby = BackupStandby.Cold,
                ActiveWhen = BackupTrigger.AnyLost,
                After = TimeSpan.FromSeconds(90),
            },
            MaxSubflows = 4,
            Announce =
            [
                new Announcement { Interfaces = ["eth1"], Port = 8443, Listen = false },
                new Announcement { Address = IPAddress.Parse("203.0.113.7"), Port = 443, Inside = IPAddress.Parse("198.18.0.2"), InsidePort = 8443 },
            ],
            Retry = new RetryRule
            {
                Initial = TimeSpan.FromSeconds(2),
                Longest = TimeSpan.FromHours(1),
                Jitter = 0.125,
                Attempts = 3,
                FinalErrors = [Errno.Find("ECONNREFUSED")!.Value],
            },
        };

        Assert.Equal(expected, Assert.Single(PolicyDocumentReader.Read(Everything).Policies));
    }

    [Theory]
    [InlineData("")]
    [InlineData("# nothing yet\n")]
    [InlineData("policies: []")]
    [InlineData("policies:\n#  - name: later\n")]
    [InlineData("---\n...\n")]
    public void A_document_without_policies_states_nothing(string yaml) => Assert.Equal(PolicyDocument.Empty, PolicyDocumentReader.Read(yaml));

    [Fact]
    public void A_policy_that_has_but_a_name_has_the_defaults()
        => Assert.Equal(new PathPolicy("all"), Assert.Single(PolicyDocumentReader.Read("policies: [{name: all}]").Policies));

    [Fact]
    public void Everything_that_is_wrong_is_told_with_its_place()
    {
        var violations = Refused("""
            policies:
              - name: one
                retyr: {initial: 1s}
                max_subflows: 999
                remotes: some
              - name: one
                match: {remote: 10.0.0.1/8, remote_ports: [0, 9-8]}
                retry: {initial: 1 second, max: 10ms, final_errors: [ECONREFUSED]}
            """);

        Assert.Equal(
            [
                (3, 5, "policies[0].retyr"), (4, 19, "policies[0].max_subflows"), (5, 14, "policies[0].remotes"), (6, 11, "policies[1].name"),
                (7, 21, "policies[1].match.remote"), (7, 48, "policies[1].match.remote_ports[0]"), (7, 51, "policies[1].match.remote_ports[1]"),
                (8, 22, "policies[1].retry.initial"), (8, 58, "policies[1].retry.final_errors[0]"),
            ],
            violations.Select(violation => (violation.Line, violation.Column, violation.Path)));
        Assert.Contains("the nearest is \"retry\"", violations[0].Message, StringComparison.Ordinal);
        Assert.Contains("0 to 254", violations[1].Message, StringComparison.Ordinal);
        Assert.Contains("initial, announced or both", violations[2].Message, StringComparison.Ordinal);
        Assert.Contains("policies[0]", violations[3].Message, StringComparison.Ordinal);
        Assert.Contains("no bits set", violations[4].Message, StringComparison.Ordinal);
        Assert.Contains("\"ECONNREFUSED\"", violations[8].Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("policies: 5", "policies", "must be a list of objects, and is \"5\"")]
    [InlineData("policies: [5]", "policies[0]", "must be an object with keys such as name")]
    [InlineData("policies: {name: a}", "policies", "must be a list of objects, and is an object")]
    [InlineData("- a", "", "must be an object with keys such as policies")]
    [InlineData("policy: []", "policy", "the nearest is \"policies\"")]
    [InlineData("policies: [{strategy: none}]", "policies[0].name", "is required")]
    [InlineData("policies: [{name: a, name: b}]", "policies[0].name", "stands there again")]
    [InlineData("policies: [{name: [a]}]", "policies[0].name", "must be a single value, and is a list")]
    [InlineData("policies: [{name: a, match: }]", "policies[0].match", "has no value")]
    [InlineData("policies: [{name: a, match: {interfaces: }}]", "policies[0].match.interfaces", "must have a value, or be left out")]
    [InlineData("policies: [{name: a, match: {interfaces: eth/0}}]", "policies[0].match.interfaces", "no interface's name")]
    [InlineData("policies: [{name: a, match: {interfaces: ['']}}]", "policies[0].match.interfaces[0]", "is empty")]
    [InlineData("policies: [{name: a, match: {interfaces: [a-very-long-name*]}}]", "policies[0].match.interfaces[0]", "at most 15 bytes")]
    [InlineData("policies: [{name: a, match: {remote: [10.0.0.0]}}]", "policies[0].match.remote[0]", "198.18.0.0/15")]
    [InlineData("policies: [{name: a, match: {remote_ports: 65536}}]", "policies[0].match.remote_ports", "1 to 65535")]
    [InlineData("policies: [{name: a, match: {owner: {uids: [root]}}}]", "policies[0].match.owner.uids[0]", "the number of a user")]
    [InlineData("policies: [{name: a, allow_id0: yes}]", "policies[0].allow_id0", "true or false")]
    [InlineData("policies: [{name: a, strategy: delegate, delegate: {role: r, fallback: none}}]", "policies[0].delegate.deadline", "is required")]
    [InlineData("policies: [{name: a, announce: [{address: 10.0.0.1/8}]}]", "policies[0].announce[0].address", "IPv4 or IPv6 address")]
    [InlineData("policies: [{name: a, retry: {jitter: 120%}}]", "policies[0].retry.jitter", "0% to 100%")]
    [InlineData("policies: [{name: &x a}]", "policies[0].name", "without an anchor such as &x")]
    [InlineData("policies: [*x]", "policies[0]", "aliases such as *x")]
    [InlineData("policies: [{name: !!str a}]", "policies[0].name", "without a tag")]
    [InlineData("policies: []\n---\npolicies: []", "", "must be one YAML document")]
    [InlineData("policies: [1\nb: 2", "", "must be YAML")]
    [InlineData("policies: []\n\0name", "", "no control characters")]
    [InlineData("{[a]: b}", "?", "a text for a key")]
    public void What_is_wrong_is_told_alone(string yaml, string path, string message)
    {
        var violation = Assert.Single(Refused(yaml));

        Assert.Equal(path, violation.Path);
        Assert.Contains(message, violation.Message, StringComparison.Ordinal);
        Assert.True(violation is { Line: > 0, Column: > 0 });
    }

    [Fact]
    public void What_is_too_large_is_refused()
    {
        Assert.Contains("262144 bytes", Assert.Single(Refused(new string('#', 262_145))).Message, StringComparison.Ordinal);
        var items = string.Concat(Enumerable.Repeat("1,", 10_001));
        Assert.Contains("10000 entries", Assert.Single(Refused($"policies: [{items}]")).Message, StringComparison.Ordinal);
        Assert.Contains("16 deep", Assert.Single(Refused(new string('[', 200_000))).Message, StringComparison.Ordinal);
        var many = string.Concat(Enumerable.Range(0, 1001).Select(number => $"- {{name: p{number}}}\n"));
        Assert.Contains("at most 1000", Assert.Single(Refused($"policies:\n{many}")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Whatever_is_read_it_is_a_document_or_refused_with_words()
    {
        string[] pieces =
        [
            "policies:", "name: a", "match:", "owner:", "retry: {initial: 1s}", "10.0.0.0/8", "\n", "  ", "\t", "- ", "{", "}", "[", "]", ",",
            ": ", "? ", "&a ", "*a", "!t ", "!<> ", "|", ">", "\"", "'", "\\x", "#", "%YAML 1.2\n", "%TAG ! \n", "---\n", "...\n",
            "\ud800", "\u2028", "\ufeff", "~", "@", "`",
        ];
        var piece = Gen.Int[0, pieces.Length - 1].Select(place => pieces[place]);
        var texts = Gen.OneOf(
            Gen.String,
            piece.Array[0, 30].Select(string.Concat),
            Gen.Select(Gen.Int[0, Everything.Length - 1], piece, Everything.Insert),
            Gen.Select(Gen.Int[0, Everything.Length - 20], Gen.Int[1, 20], Everything.Remove));

        texts.Sample(
            text =>
            {
                try
                {
                    PolicyDocumentReader.Read(text);
                }
                catch (PolicyDocumentException exception)
                {
                    Assert.NotEmpty(exception.Violations);
                }
            },
            iter: 3000);
    }

    private static IReadOnlyList<PolicyViolation> Refused(string yaml)
        => Assert.Throws<PolicyDocumentException>(() => PolicyDocumentReader.Read(yaml)).Violations;
}
