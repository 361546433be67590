using System.Collections.Immutable;
using System.Net;
using CsCheck;
using Mptcp.ControlPlane.Server.Policies.Model;
using Mptcp.Native.Interop;

namespace Mptcp.ControlPlane.Server.Tests.Policies.Documents;

/// <summary>Policies of every shape, of which some are not valid.</summary>
internal static class AnyPolicies
{
    private static readonly string[] Patterns =
        ["eth0", "*", "e*", "wwan?", "null", "yes", "12", "a: b", "x#y", "é", "back\\slash", "/a/b", "-", "\"'", "a b"];

    private static readonly string[] Addresses = ["192.0.2.1", "10.0.0.0", "2001:db8::1", "fe80::", "::1", "64:ff9b::192.0.2.1"];

    public static Gen<PolicyDocument> Document { get; } = Gen.Int.Select(seed => NewDocument(new Random(seed)));

    private static PolicyDocument NewDocument(Random random) => new()
    {
        Policies = Some(random, 3, () => NewPolicy(random)),
        Roles = Some(random, 2, () => NewRole(random)),
    };

    private static Role NewRole(Random random) => new($"r{random.Next(10)}")
    {
        Scope = Either(random, PolicyMatch.All, () => NewMatch(random)),
        Limits = Either(random, new RoleLimits(), () => new RoleLimits
        {
            CommandsPerSecond = random.Next(1_000_002),
            SubflowsPerConnection = random.Next(-1, 257),
            Subflows = random.Next(-1, 10_000_002),
        }),
        UserIds = Some(random, 2, () => (uint)random.NextInt64(uint.MaxValue)),
    };

    private static PathPolicy NewPolicy(Random random) => new($"p{random.Next(100000)}")
    {
        Match = Either(random, PolicyMatch.All, () => NewMatch(random)),
        Mode = (PolicyMode)(random.Next(6) / 5),
        Strategy = (PathStrategy)random.Next(4),
        Delegation = Either(random, null, () => new Delegation("edge.1", NewTime(random), (PathStrategy)random.Next(4))),
        Interfaces = Either(random, NamePatterns.All, () => new NamePatterns(NewPatterns(random), NewPatterns(random))),
        Families = (AddressFamilies)random.Next(1, 4),
        Remotes = (RemoteChoice)random.Next(1, 4),
        AllowId0 = random.Next(8) > 0,
        BindInterface = random.Next(2) == 0,
        Backup = Either(random, null, () => new BackupRule([NewPattern(random)])
        {
            Standby = (BackupStandby)random.Next(2),
            ActiveWhen = (BackupTrigger)random.Next(2),
            After = NewTime(random),
        }),
        MaxSubflows = random.Next(255),
        Announce = Some(random, 2, () => NewAnnouncement(random)),
        Retry = Either(random, new RetryRule(), () => NewRetry(random)),
    };

    private static PolicyMatch NewMatch(Random random) => new()
    {
        ServerSide = random.Next(3) switch { 0 => null, 1 => true, _ => false },
        Local = Some(random, 2, () => new IPNetwork(IPAddress.Parse("10.0.0.0"), random.Next(8, 33))),
        LocalPorts = Some(random, 2, () => new PortRange(random.Next(1, 1000), random.Next(1000, 65536))),
        Remote = Some(random, 2, () => new IPNetwork(IPAddress.Parse("2001:db8::"), random.Next(32, 129))),
        RemotePorts = Some(random, 2, () => new PortRange(443, 443)),
        Interfaces = NewPatterns(random),
        Namespaces = NewPatterns(random),
        UserIds = Some(random, 2, () => (uint)random.NextInt64(uint.MaxValue)),
        Cgroups = Some(random, 2, () => $"/{NewPattern(random)}"),
        Commands = NewPatterns(random),
    };

    private static Announcement NewAnnouncement(Random random)
    {
        var isLiteral = random.Next(2) == 0;
        return new Announcement
        {
            Interfaces = isLiteral ? [] : [NewPattern(random)],
            Address = isLiteral ? NewAddress(random) : null,
            Port = random.Next(1, 65536),
            Inside = isLiteral ? NewAddress(random) : null,
            InsidePort = random.Next(65536),
            Listen = random.Next(2) == 0,
        };
    }

    private static RetryRule NewRetry(Random random)
    {
        var initial = NewTime(random);
        return new RetryRule
        {
            Initial = initial,
            Longest = initial + NewTime(random),
            Jitter = random.Next(4) switch { 0 => random.NextDouble(), 1 => double.Epsilon, 2 => 1e-7, _ => random.Next(101) / 100.0 },
            Attempts = random.Next(10),
            FinalErrors = Some(random, 3, () => Errno.Find(Errno.AllNames.ElementAt(random.Next(100)))!.Value),
        };
    }

    private static TimeSpan NewTime(Random random) => TimeSpan.FromMilliseconds(random.Next(1 << random.Next(1, 27)));

    private static IPAddress NewAddress(Random random) => IPAddress.Parse(Addresses[random.Next(Addresses.Length)]);

    private static ImmutableArray<string> NewPatterns(Random random) => Some(random, 2, () => NewPattern(random));

    private static string NewPattern(Random random) => Patterns[random.Next(Patterns.Length)];

    private static ImmutableArray<T> Some<T>(Random random, int most, Func<T> next)
        => [.. Enumerable.Range(0, random.Next(most + 1)).Select(_ => next())];

    private static T Either<T>(Random random, T one, Func<T> other) => random.Next(2) == 0 ? one : other();
}
