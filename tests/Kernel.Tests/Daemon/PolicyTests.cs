using Google.Protobuf.WellKnownTypes;
using Mptcp.Control.V1;
using Mptcp.Kernel.Tests.Support;
using Mptcp.Lab;

namespace Mptcp.Kernel.Tests.Daemon;

/// <summary>Policies from their being applied to what becomes of connections, over the daemon's death.</summary>
public class PolicyTests
{
    const string Yaml = "policies:\n  - name: two\n    strategy: ndiffports\n    ndiffports: 1\n";

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [LabFact]
    public async Task A_policy_is_previewed_monitored_enforced_and_kept_over_the_daemons_death()
    {
        var state = Directory.CreateTempSubdirectory("mptcp-");
        try
        {
            await FollowAsync(state.FullName);
        }
        finally
        {
            state.Delete(recursive: true);
        }
    }

    static async Task FollowAsync(string stateDirectory)
    {
        await using var lab = await NetworkLab.CreateAsync(paths: 1, PathManagerKind.Userspace, Cancellation);
        await using var daemon = await DaemonProcess.StartAsync(lab.Client, "--state-dir", stateDirectory);
        await using var watch = await WatchProbe.StartAsync(daemon.Client, new WatchRequest());
        using var pair = await AddressKind.IPv4.ConnectAsync(lab, Cancellation);
        var token = pair.Client.Token;
        await watch.FirstAsync(EventType.ConnectionEstablished, told => told.Token == token);
        var policies = daemon.Client.Policies;

        var preview = (await policies.ApplyPoliciesAsync(new ApplyPoliciesRequest { Yaml = Yaml, ValidateOnly = true })).Preview;
        Assert.Equal(new PolicyEffect { Policy = "two", Connections = 1, ChangedConnections = 1, Creates = 1 }, Assert.Single(preview.Effects));
        Assert.Equal(token, Assert.Single(preview.Explanations).Token);

        await policies.ApplyPoliciesAsync(new ApplyPoliciesRequest { Yaml = Yaml, Enforcement = PolicyEnforcement.Monitor });
        await watch.FirstAsync(EventType.PoliciesChanged, told => told.Policies.Revision == 1);
        var monitored = await policies.ListDifferencesAsync(new ListDifferencesRequest());
        Assert.Equal((1u, PolicyEnforcement.Monitor), (monitored.DifferentConnections, monitored.Enforcement));

        await policies.ApplyPoliciesAsync(new ApplyPoliciesRequest { Yaml = Yaml, ConfirmWithin = Duration.FromTimeSpan(TimeSpan.FromHours(1)) });
        await watch.FirstAsync(EventType.SubflowEstablished, told => told.Token == token);
        Assert.Empty((await policies.ListDifferencesAsync(new ListDifferencesRequest())).Explanations);

        await daemon.KillAsync();
        await daemon.StartAgainAsync();
        policies = daemon.Client.Policies;
        var kept = await policies.GetPoliciesAsync(new GetPoliciesRequest());
        Assert.Equal((2, PolicyRevisionState.Pending, Yaml), (kept.Revision.Number, kept.Revision.State, kept.Yaml));
        var explained = await policies.ExplainConnectionAsync(new ExplainConnectionRequest { Token = token });
        Assert.Equal("two", explained.Explanation.Policy);
        await policies.ConfirmPoliciesAsync(new ConfirmPoliciesRequest { Revision = 2, Etag = kept.Revision.Etag });
    }
}
