using System.Net;
using Mptcp.ControlPlane.Server.Policies.Model;
using Mptcp.ControlPlane.Server.State;

namespace Mptcp.ControlPlane.Server.Tests.Policies.Model;

public sealed class PolicyMatchingTests
{
    private static readonly Connection Known = new("edge-1", 1, 1)
    {
        State = ConnectionState.Established,
        Local = IPEndPoint.Parse("10.1.0.1:40000"),
        Remote = IPEndPoint.Parse("[::ffff:198.18.0.1]:443"),
        Owner = new ConnectionOwner(1000, "/user.slice/a", 77, "curl"),
    };

    private static readonly PolicyMatch[] Matching =
    [
        new(),
        new() { ServerSide = false },
        new() { Local = [Prefix("192.0.2.0/24"), Prefix("10.0.0.0/8")] },
        new() { Remote = [Prefix("198.18.0.0/15")] },
        new() { Remote = [Prefix("0.0.0.0/0")] },
        new() { Remote = [Prefix("198.18.0.1/32")] },
        new() { RemotePorts = [new(80, 80), new(400, 443)] },
        new() { LocalPorts = [new(40000, 40000)] },
        new() { Interfaces = ["eth?"] },
        new() { Namespaces = ["core", "edge-*"] },
        new() { UserIds = [1000], Cgroups = ["/user.slice/*"], Commands = ["cu*"] },
    ];

    private static readonly PolicyMatch[] Other =
    [
        new() { ServerSide = true },
        new() { Local = [Prefix("192.0.2.0/24")] },
        new() { Remote = [Prefix("198.20.0.0/15")] },
        new() { Remote = [Prefix("198.18.0.2/32")] },
        new() { Remote = [Prefix("::/0")] },
        new() { RemotePorts = [new(444, 500)] },
        new() { Interfaces = ["wlan*"] },
        new() { Namespaces = ["edge"] },
        new() { UserIds = [0] },
        new() { Cgroups = ["/system.slice/*"] },
        new() { Commands = ["wget"] },
        new() { UserIds = [1000], Commands = ["wget"] },
    ];

    [Fact]
    public void The_first_policy_that_matches_decides()
    {
        Assert.All(Matching, match => Assert.Equal((true, "second"), Find(Known, Other[0], match, new PolicyMatch())));
        Assert.All(Other, match => Assert.Equal((true, null), Find(Known, Other[0], match)));
    }

    [Fact]
    public void A_policy_of_the_kernel_keeps_those_behind_it_from_deciding()
    {
        var document = new PolicyDocument
        {
            Policies = [new("kernel") { Mode = PolicyMode.Kernel, Match = new() { Namespaces = ["edge-*"] } }, new("all")],
        };

        Assert.Equal("kernel", document.FindFor(new ConnectionFacts(Known, "eth0")).Policy?.Name);
        Assert.Equal("all", document.FindFor(new ConnectionFacts(new("self", 1, 1) { State = ConnectionState.Created }, null)).Policy?.Name);
    }

    [Fact]
    public void What_an_owner_is_asked_for_is_not_known_before_it_was_looked_for()
    {
        var unasked = Known with { Owner = null };
        var unsought = Known with { Owner = new ConnectionOwner(1000) };
        var notFound = unsought with { SoughtInode = 5 };
        var user = new PolicyMatch { UserIds = [1000] };
        var command = new PolicyMatch { Commands = ["curl"], UserIds = [1000] };

        Assert.Equal((false, null), Find(unasked, user, new PolicyMatch()));
        Assert.Equal((true, "first"), Find(unsought, user));
        Assert.Equal((false, null), Find(unsought, command, new PolicyMatch()));
        Assert.Equal((true, "second"), Find(notFound, command, new PolicyMatch()));
        Assert.Equal((true, "second"), Find(unsought, command with { UserIds = [1] }, new PolicyMatch()));
        Assert.Equal((true, "second"), Find(unsought, command with { ServerSide = true }, new PolicyMatch()));
    }

    [Fact]
    public void What_the_kernel_did_not_tell_is_of_no_prefix_port_or_interface()
    {
        var bare = new Connection("edge-1", 1, 1) { State = ConnectionState.Created };

        Assert.All(Matching[2..9], match => Assert.Equal((true, null), Name(Document(match).FindFor(new ConnectionFacts(bare, null)))));
    }

    [Fact]
    public void Nothing_is_allocated()
    {
        var facts = new ConnectionFacts(Known, "eth0");
        var document = Document([.. Other, .. Matching[1..]]);
        document.FindFor(facts);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            document.FindFor(facts);

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static (bool Known, string? Name) Find(Connection connection, params PolicyMatch[] matches)
        => Name(Document(matches).FindFor(new ConnectionFacts(connection, "eth0")));

    private static (bool Known, string? Name) Name(PolicyAnswer answer) => (answer.Known, answer.Policy?.Name);

    private static PolicyDocument Document(params PolicyMatch[] matches)
    {
        string[] names = ["first", "second", "third"];
        var policies = matches.Select((match, place) => new PathPolicy(place < names.Length ? names[place] : "more") { Match = match });
        return new PolicyDocument { Policies = [.. policies] };
    }

    private static IPNetwork Prefix(string text) => IPNetwork.Parse(text);
}
