using System.Collections.Immutable;
using System.Net;
using Google.Protobuf.WellKnownTypes;
using Mptcp.ControlPlane.Server.Policies.Model;
using Mptcp.ControlPlane.Server.Services.Errors;
using Mptcp.ControlPlane.Server.Services.Mapping.Policies;
using Mptcp.Native.Interop;
using Proto = Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Server.Tests.Services.Mapping.Policies;

public sealed class PolicyDocumentMappingTests
{
    private static readonly PathPolicy Everything = new("everything")
    {
        Match = new PolicyMatch
        {
            ServerSide = false,
            Local = [IPNetwork.Parse("198.18.0.0/15")],
            LocalPorts = [new PortRange(1, 2)],
            Remote = [IPNetwork.Parse("2001:db8::/32")],
            RemotePorts = [new PortRange(443, 443), new PortRange(8000, 8999)],
            Interfaces = ["eth*"],
            Namespaces = ["blue"],
            UserIds = [0, 4_000_000_000],
            Cgroups = ["/system.slice/*"],
            Commands = ["curl", "ss?"],
        },
        Mode = PolicyMode.Kernel,
        Strategy = PathStrategy.Ndiffports,
        Ndiffports = 3,
        Delegation = new Delegation("fleet", TimeSpan.FromMilliseconds(50), PathStrategy.PerInterface),
        Interfaces = new NamePatterns(["eth*", "wlan*"], ["eth7"]),
        Families = AddressFamilies.IPv6,
        Remotes = RemoteChoice.Announced,
        AllowId0 = false,
        BindInterface = true,
        Backup = new BackupRule(["wwan*"]) { Standby = BackupStandby.Cold, ActiveWhen = BackupTrigger.AnyLost, After = TimeSpan.FromSeconds(5) },
        MaxSubflows = 0,
        Announce =
        [
            new Announcement { Interfaces = ["wlan*"], Port = 8443, Listen = false },
            new Announcement { Address = IPAddress.Parse("203.0.113.7"), Port = 443, Inside = IPAddress.Parse("10.0.0.7"), InsidePort = 8443 },
        ],
        Retry = new RetryRule
        {
            Initial = TimeSpan.FromMilliseconds(300),
            Longest = TimeSpan.FromMinutes(5),
            Jitter = 0,
            Attempts = 9,
            FinalErrors = [new Errno(111), Errno.NotPermitted],
        },
    };

    private static readonly string[] Unreadable =
    [
        "match.local_prefixes[0]", "match.remote_ports[0]", "mode", "strategy", "ndiffports", "families[1]", "remotes[0]",
        "backup.after", "announce[0].address", "announce[0].port", "retry.final_errors[1]",
    ];

    [Fact]
    public void A_policy_of_everything_goes_there_and_back()
    {
        var message = PolicyDocumentMapping.ToProto(Document(Everything));
        var back = Read(message);

        Assert.Equal(Everything, Assert.Single(back.Policies));
        Assert.Equal(message, PolicyDocumentMapping.ToProto(back));
    }

    [Fact]
    public void A_policy_of_nothing_but_a_name_has_the_defaults_of_the_model()
    {
        var policy = Assert.Single(Read(new Proto.PolicyDocument { Policies = { new Proto.PathPolicy { Name = "plain" } } }).Policies);
        Assert.Equal(new PathPolicy("plain"), policy);
    }

    [Fact]
    public void Messages_of_nothing_have_the_defaults_of_the_model()
    {
        var policy = Assert.Single(Read(new Proto.PolicyDocument
        {
            Policies =
            {
                new Proto.PathPolicy
                {
                    Match = new(), Interfaces = new(), Backup = new(), Retry = new(), Announce = { new Proto.PolicyAnnouncement() },
                },
            },
        }).Policies);
        Assert.Equal(new PathPolicy("") { Backup = new BackupRule([]), Announce = [new Announcement()] }, policy);
    }

    [Fact]
    public void Everything_that_cannot_be_read_is_told_with_its_place()
    {
        var violations = new RequestViolations();
        var policy = new Proto.PathPolicy
        {
            Match = new Proto.PolicyMatch
            {
                LocalPrefixes = { "198.18.0.1/15" },
                RemotePorts = { new Proto.PortRange { First = 2, Last = 1 } },
            },
            Mode = (Proto.PolicyMode)99,
            Strategy = (Proto.PathStrategy)99,
            Ndiffports = uint.MaxValue,
            Families = { Proto.IpFamily.Ipv4, Proto.IpFamily.Unspecified },
            Remotes = { (Proto.RemoteChoice)99 },
            Backup = new Proto.BackupRule { After = new Duration { Seconds = -1 } },
            Announce = { new Proto.PolicyAnnouncement { Address = "nowhere", Port = 65536 } },
            Retry = new Proto.RetryRule { FinalErrors = { "ECONNREFUSED", "EWHATEVER" } },
        };

        new PolicyDocumentParsing(violations).Read(new Proto.PolicyDocument { Policies = { new Proto.PathPolicy(), policy } }, "document");

        Assert.Equal(
            Unreadable.Select(field => $"document.policies[1].{field}"),
            violations.ToException().Violations.Select(violation => violation.Field));
    }

    private static PolicyDocument Document(params ImmutableArray<PathPolicy> policies) => new() { Policies = policies };

    private static PolicyDocument Read(Proto.PolicyDocument message)
    {
        var violations = new RequestViolations();
        var document = new PolicyDocumentParsing(violations).Read(message, "document");
        violations.ThrowIfAny();
        return document;
    }
}
