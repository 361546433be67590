using System.Net;
using Mptcp.ControlPlane.Server.Policies.Model;
using Mptcp.ControlPlane.Server.Policies.Reconciliation;
using Mptcp.ControlPlane.Server.Services.Mapping.Policies;
using static Mptcp.ControlPlane.Server.Tests.Services.Mapping.Policies.ExplainedConnections;
using Proto = Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Server.Tests.Services.Mapping.Policies;

public sealed class ExplanationMappingTests
{
    [Fact]
    public void An_explanation_is_told_whole()
    {
        var announcement = new ExplainedAnnouncement(IPEndPoint.Parse("203.0.113.7:443"), 4, Wanted: true, PathStepKind.Withdraw, "the port changed")
        {
            RetryTime = Later,
        };
        var message = ExplanationMapping.ToProto(Of(7, "mesh", Waiting, Settled) with { Remark = "monitored", Announcements = [announcement] });

        Assert.Equal(("blue", 7u, 1007ul, "mesh", "monitored"), (message.Namespace, message.Token, message.ConnectionId, message.Policy, message.Remark));
        Assert.Equal(
            new Proto.ExplainedPath
            {
                Local = new Proto.SocketAddress { Address = "198.18.1.1", Port = 40000 },
                Remote = new Proto.SocketAddress { Address = "198.18.9.9", Port = 443 },
                Interface = "eth1",
                Standing = Proto.PathStanding.Missing,
                Wanted = true,
                Backup = true,
                Reason = "the peer refused it (ECONNREFUSED)",
                Failures = 3,
                RetryTime = Google.Protobuf.WellKnownTypes.Timestamp.FromDateTimeOffset(Later),
            },
            message.Paths[0]);
        Assert.False(message.Paths[1].HasBackup);
        var told = Assert.Single(message.Announcements);
        Assert.Equal((4u, true, Proto.PathStep.Withdraw, "the port changed"), (told.Id, told.Wanted, told.Step, told.Reason));
        Assert.Equal(Later, told.RetryTime.ToDateTimeOffset());
    }

    [Fact]
    public void Every_word_of_the_model_has_one_in_the_contract()
    {
        Assert.Equal(Enum.GetValues<PolicyMode>(), PolicyWords.Modes.Keys);
        Assert.Equal(Enum.GetValues<PathStrategy>(), PolicyWords.Strategies.Keys);
        Assert.Equal(Enum.GetValues<BackupStandby>(), PolicyWords.Standbys.Keys);
        Assert.Equal(Enum.GetValues<BackupTrigger>(), PolicyWords.Triggers.Keys);
        Assert.Equal(Enum.GetValues<PathStanding>(), PolicyWords.Standings.Keys);
        Assert.Equal(Enum.GetValues<PathStepKind>(), PolicyWords.Steps.Keys);
    }

    [Fact]
    public void A_preview_counts_for_each_policy_what_it_would_do_and_shows_as_many_connections_as_wanted()
    {
        var document = new PolicyDocument { Policies = [new PathPolicy("mesh"), new PathPolicy("idle")] };
        var preview = PreviewMapping.ToProto(document, [Of(1, "mesh", Made, Made), Of(2, "mesh", Settled), Of(3, "mesh", Waiting)], shown: 1);

        Assert.Equal((3u, 1u), (preview.Connections, preview.LeftOut));
        Assert.Equal(1u, Assert.Single(preview.Explanations).Token);
        Assert.Equal(
            [
                new Proto.PolicyEffect { Policy = "mesh", Connections = 3, ChangedConnections = 2, Creates = 2 },
                new Proto.PolicyEffect { Policy = "idle" },
            ],
            preview.Effects);
    }
}
