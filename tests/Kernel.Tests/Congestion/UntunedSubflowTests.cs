using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.Kernel.Tests.Support;
using Mptcp.Lab;

namespace Mptcp.Kernel.Tests.Congestion;

/// <summary>A daemon that was told to tune, and may not.</summary>
public class UntunedSubflowTests(TunedLab served) : IClassFixture<TunedLab>
{
    [LabFact]
    public async Task A_daemon_without_the_capabilities_starts_and_says_what_it_lacks()
    {
        Assert.SkipWhen(LabSupport.IsHostRoot, "this is the host's root, who lacks nothing");
        await using var pair = await served.ConnectAsync();
        var subflow = (await pair.GetAsync()).Subflows[0];
        var ends = $"--local {subflow.Local.Address}:{subflow.Local.Port} --remote {subflow.Remote.Address}:{subflow.Remote.Port}";

        await new Refused(StatusCode.PermissionDenied, ErrorReason.CapabilityMissing, "").ByAsync(served.Connections.TuneSubflowAsync(
            new TuneSubflowRequest { Namespace = pair.Namespace, Token = pair.Token, Local = subflow.Local, Remote = subflow.Remote, PacingRate = 1_000 }));

        (await served.RunAsync($"--namespace {pair.Namespace} subflow set 0x{pair.Token:x8} {ends} --pacing-rate 8kbit"))
            .Failed(1, "give the daemon CAP_BPF and CAP_PERFMON");
        var features = (await served.Client.Node.GetInfoAsync(new GetInfoRequest())).Features;
        Assert.False(features.SubflowTuning);
        Assert.Contains("CAP_BPF", features.SubflowTuningObstacle, StringComparison.Ordinal);
    }
}
