using Google.Protobuf.WellKnownTypes;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Cli.Tests.Support;
using Mptcp.ControlPlane.Testing;

namespace Mptcp.ControlPlane.Cli.Tests.Commands;

public class PolicyEndpointsTests
{
    static NamespaceExplanation Explanation => new()
    {
        Namespace = "blue",
        Policy = "edges",
        Remark = "nobody uses them",
        Limits = new ExplainedLimits
        {
            Current = new Limits { Subflows = 8, AddAddrAccepted = 0 },
            Wanted = new Limits { Subflows = 1, AddAddrAccepted = 1 },
            Before = new Limits { Subflows = 2, AddAddrAccepted = 0 },
            Step = EndpointStep.SetLimits,
            Reason = "why not",
        },
        Endpoints =
        {
            new ExplainedEndpoint
            {
                Address = new SocketAddress { Address = "198.18.1.1" },
                Id = 1,
                Interface = "eth0",
                Wanted = true,
                WantedFlags = { EndpointFlag.Subflow, EndpointFlag.Fullmesh },
                Flags = { EndpointFlag.Subflow, EndpointFlag.Fullmesh },
                MadeByPolicy = true,
            },
            new ExplainedEndpoint
            {
                Address = new SocketAddress { Address = "198.18.2.1", Port = 8443 },
                Interface = "eth1",
                Wanted = true,
                WantedFlags = { EndpointFlag.Signal },
                Reason = "the kernel takes no more endpoints: ERANGE",
                Failures = 1,
                RetryTime = Timestamp.FromDateTimeOffset(new DateTimeOffset(2030, 1, 1, 0, 0, 30, TimeSpan.Zero)),
            },
            new ExplainedEndpoint { Address = new SocketAddress { Address = "192.0.2.1" }, Id = 9, Reason = "somebody else made it" },
        },
    };

    const string Text = """
        namespace blue: policy edges; nobody uses them
        limits: 8 subflows and 0 accepted addresses, wanted 1 subflow and 1 accepted address, before 2 subflows and 0 accepted addresses (why not)
        ADDRESS          ID  INTERFACE  WANTED            IS                MADE-BY  NEXT  RETRY                 WHY
        198.18.1.1       1   eth0       subflow,fullmesh  subflow,fullmesh  policy   -     -                     -
        198.18.2.1:8443  -   eth1       signal            missing           -        -     2030-01-01T00:00:30Z  the kernel takes no more endpoints: ERANGE
        192.0.2.1        9   -          no                no flags          other    -     -                     somebody else made it

        """;

    [Fact]
    public async Task Endpoints_are_shown_with_what_is_wanted_of_them()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Answer((ExplainNamespaceRequest _) => new ExplainNamespaceResponse
        {
            Explanation = Explanation,
            Revision = 3,
            Enforcement = PolicyEnforcement.Enforce,
        });

        var run = (await Mptcpctl.RunAsync(daemon, "policy endpoints --namespace blue")).Succeeded();

        Assert.Equal(new ExplainNamespaceRequest { Namespace = "blue" }, daemon.Received<ExplainNamespaceRequest>());
        Assert.Equal("revision 3, enforced\n" + Text, run.Out);
    }

    [Fact]
    public async Task A_preview_shows_the_namespaces_that_would_change()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Answer((ApplyPoliciesRequest _) => new ApplyPoliciesResponse
        {
            Revision = new PolicyRevision { Policies = 1, Enforcement = PolicyEnforcement.Enforce },
            Preview = new PoliciesPreview { Namespaces = { Explanation } },
        });
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "policies: []", TestContext.Current.CancellationToken);

        var run = (await Mptcpctl.RunAsync(daemon, $"policy apply --file {file} --dry-run")).Succeeded();
        File.Delete(file);

        Assert.EndsWith("\n" + Text, run.Out, StringComparison.Ordinal);
    }
}
