using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Tests.Support;

namespace Mptcp.ControlPlane.Server.Tests.Services;

public sealed class PolicyServiceTests
{
    private static readonly PolicyDocument Mesh = new() { Policies = { new PathPolicy { Name = "mesh", MaxSubflows = 3 } } };

    [LabFact]
    public async Task A_document_is_applied_read_listed_and_rolled_back_with_the_word_of_who_did_it()
    {
        await using var host = await ServedLab.StartAsync();
        var before = await host.Policies.GetPoliciesAsync(new GetPoliciesRequest());
        Assert.Equal((0, PolicyStorageState.Kept, host.StateDirectory), (before.Revision.Number, before.Storage.State, before.Storage.Directory));
        Assert.Empty(before.Document.Policies);

        var first = await host.Policies.ApplyPoliciesAsync(
            new ApplyPoliciesRequest { Document = Mesh, Etag = before.Revision.Etag, Comment = "to begin with" });
        Assert.Equal((1, PolicyRevisionState.Holding, "to begin with", 1u), (first.Revision.Number, first.Revision.State, first.Revision.Comment, first.Revision.Policies));
        Assert.Equal(Environment.ProcessId, first.Revision.Author.Process.Pid);
        Assert.NotEmpty(first.Revision.Author.Process.Command);

        var read = await host.Policies.GetPoliciesAsync(new GetPoliciesRequest());
        Assert.Equal(first.Revision, read.Revision);
        Assert.Equal(("mesh", 3u), (Assert.Single(read.Document.Policies).Name, read.Document.Policies[0].MaxSubflows));

        // The text is kept as it is.
        var yaml = $"# by hand\n{read.Yaml}";
        var second = await host.Policies.ApplyPoliciesAsync(new ApplyPoliciesRequest { Yaml = yaml, Enforcement = PolicyEnforcement.Monitor });
        Assert.Equal(PolicyEnforcement.Monitor, second.Revision.Enforcement);
        Assert.Equal(yaml, (await host.Policies.GetPoliciesAsync(new GetPoliciesRequest())).Yaml);
        Assert.Equal(read.Yaml, (await host.Policies.GetPoliciesAsync(new GetPoliciesRequest { Revision = 1 })).Yaml);

        var third = await host.Policies.RollBackPoliciesAsync(new RollBackPoliciesRequest { Revision = 1, Etag = second.Revision.Etag });
        Assert.Equal((3, 1, PolicyEnforcement.Enforce), (third.Revision.Number, third.Revision.RolledBackTo, third.Revision.Enforcement));

        var page = await host.Policies.ListPolicyRevisionsAsync(new ListPolicyRevisionsRequest { PageSize = 2 });
        Assert.Equal([3L, 2L], page.Revisions.Select(revision => revision.Number));
        var last = await host.Policies.ListPolicyRevisionsAsync(new ListPolicyRevisionsRequest { PageSize = 2, PageToken = page.NextPageToken });
        Assert.Equal([1L], last.Revisions.Select(revision => revision.Number));
        Assert.Equal("", last.NextPageToken);
        Assert.Equal(
            [PolicyRevisionState.Holding, PolicyRevisionState.RolledBack, PolicyRevisionState.Superseded],
            page.Revisions.Concat(last.Revisions).Select(revision => revision.State));
    }

    [LabFact]
    public async Task What_is_only_validated_changes_nothing()
    {
        await using var host = await ServedLab.StartAsync();
        var preview = await host.Policies.ApplyPoliciesAsync(new ApplyPoliciesRequest { Document = Mesh, ValidateOnly = true });
        Assert.Equal("mesh", Assert.Single(preview.Preview.Effects).Policy);
        Assert.Equal((0, ""), (preview.Revision.Number, preview.Revision.Etag));
        Assert.Equal(0, (await host.Policies.GetPoliciesAsync(new GetPoliciesRequest())).Revision.Number);
    }

    [LabFact]
    public async Task Refusals_have_the_reasons_of_the_contract()
    {
        await using var host = await ServedLab.StartAsync();
        var held = (await host.Policies.ApplyPoliciesAsync(new ApplyPoliciesRequest { Document = Mesh })).Revision;

        var stale = new ApplyPoliciesRequest { Document = Mesh, Etag = "0" };
        var changed = await host.Policies.ApplyPoliciesAsync(stale).RefusedAsync(StatusCode.Aborted, ErrorReason.PoliciesChanged);
        Assert.Contains($"process {Environment.ProcessId}", changed.Message, StringComparison.Ordinal);
        stale.ValidateOnly = true;
        await host.Policies.ApplyPoliciesAsync(stale).RefusedAsync(StatusCode.Aborted, ErrorReason.PoliciesChanged);
        await host.Policies.RollBackPoliciesAsync(new RollBackPoliciesRequest { Revision = 9 })
            .RefusedAsync(StatusCode.NotFound, ErrorReason.PolicyRevisionNotFound);
        await host.Policies.GetPoliciesAsync(new GetPoliciesRequest { Revision = 9 })
            .RefusedAsync(StatusCode.NotFound, ErrorReason.PolicyRevisionNotFound);
        await host.Policies.ConfirmPoliciesAsync(new ConfirmPoliciesRequest { Revision = held.Number })
            .RefusedAsync(StatusCode.FailedPrecondition, ErrorReason.PoliciesNotPending);
        await host.Policies.ExplainConnectionAsync(new ExplainConnectionRequest { Token = 7 })
            .RefusedAsync(StatusCode.NotFound, ErrorReason.ConnectionNotFound);

        Directory.Delete(host.StateDirectory, recursive: true);
        await host.Policies.ApplyPoliciesAsync(new ApplyPoliciesRequest { Document = Mesh })
            .RefusedAsync(StatusCode.Unavailable, ErrorReason.StateNotWritten);
        Assert.Equal(held, (await host.Policies.GetPoliciesAsync(new GetPoliciesRequest())).Revision);
    }

    [LabFact]
    public async Task Every_violation_of_a_request_is_told_at_once()
    {
        await using var host = await ServedLab.StartAsync();
        await host.Policies.ApplyPoliciesAsync(new ApplyPoliciesRequest
        {
            Enforcement = (PolicyEnforcement)99,
            ConfirmWithin = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(1)),
            Comment = new string('x', 1001),
            PreviewConnections = 1001,
        }).ViolatesAsync("source", "enforcement", "confirm_within", "comment", "preview_connections", "preview_connections");
        await host.Policies.RollBackPoliciesAsync(new RollBackPoliciesRequest()).ViolatesAsync("revision");
        await host.Policies.ConfirmPoliciesAsync(new ConfirmPoliciesRequest { Revision = -1 }).ViolatesAsync("revision");
        await host.Policies.ListPolicyRevisionsAsync(new ListPolicyRevisionsRequest { PageSize = 101, PageToken = "x" }).ViolatesAsync("page_size", "page_token");
        await host.Policies.ExplainConnectionAsync(new ExplainConnectionRequest()).ViolatesAsync("token");
        await host.Policies.ListDifferencesAsync(new ListDifferencesRequest { PageSize = -1, PageToken = "x" }).ViolatesAsync("page_size", "page_token");
    }

    [LabFact]
    public async Task Every_violation_of_a_text_is_told_with_its_line_and_column()
    {
        await using var host = await ServedLab.StartAsync();
        var refused = await host.Policies.ApplyPoliciesAsync(new ApplyPoliciesRequest
        {
            Yaml = "policies:\n  - name: mesh\n    strategy: sideways\n  - name: mesh\n    max-subflows: 300\n",
        }).RefusedAsync(StatusCode.InvalidArgument, ErrorReason.InvalidRequest);
        Assert.True(refused.Violations.Count >= 2);
        Assert.All(refused.Violations, violation => Assert.Matches(@"^line \d+, column \d+: ", violation.Description));
        Assert.Contains(refused.Violations, violation => violation.Description.StartsWith("line 3, column ", StringComparison.Ordinal));
    }

    [LabFact]
    public async Task Of_more_violations_than_an_error_holds_it_is_told_how_many_were_left_out()
    {
        await using var host = await ServedLab.StartAsync();
        var wrong = Enumerable.Range(0, 500).Select(i => $"  - name: policy-{i}\n    mode: wrong\n    match:\n      remote_ports: {i + 1}\n");
        var refused = await host.Policies.ApplyPoliciesAsync(new ApplyPoliciesRequest { Yaml = $"policies:\n{string.Concat(wrong)}" })
            .RefusedAsync(StatusCode.InvalidArgument, ErrorReason.InvalidRequest);
        var leftOut = int.Parse(refused.Metadata["violations_left_out"], CultureInfo.InvariantCulture);
        Assert.True(leftOut > 0);
        Assert.Equal(500, refused.Violations.Count + leftOut);
    }

    [LabFact]
    public async Task A_text_of_nothing_is_refused_and_one_that_states_nothing_is_not()
    {
        await using var host = await ServedLab.StartAsync();
        await host.Policies.ApplyPoliciesAsync(new ApplyPoliciesRequest { Yaml = " \n" }).ViolatesAsync("yaml");
        Assert.Equal(0u, (await host.Policies.ApplyPoliciesAsync(new ApplyPoliciesRequest { Yaml = "policies: []" })).Revision.Policies);
    }

    [LabFact]
    public async Task Roles_are_told_as_they_were_stated_and_those_of_the_configuration_cannot_be()
    {
        await using var host = await ServedLab.StartAsync(new Server.Policies.Model.Role("core"));
        await host.Policies.ApplyPoliciesAsync(new ApplyPoliciesRequest { Yaml = "roles: [{name: edge}, {name: core}]" }).ViolatesAsync("roles[1].name");
        await host.Policies.ApplyPoliciesAsync(new ApplyPoliciesRequest { Yaml = "roles: [{name: edge, uids: 7}]" });

        var role = Assert.Single((await host.Policies.GetPoliciesAsync(new GetPoliciesRequest())).Document.Roles);
        Assert.Equal(("edge", 7u, 32u), (role.Name, Assert.Single(role.Uids), role.Limits.SubflowsPerConnection));
    }

    [LabFact]
    public async Task Watchers_hear_of_every_change()
    {
        await using var host = await ServedLab.StartAsync();
        using var watch = host.Events.Watch(new WatchRequest
        {
            Mode = WatchMode.FollowOnly,
            Allow = { new EventFilter { Types_ = { EventType.PoliciesChanged } } },
        });
        Assert.True(await watch.ResponseStream.MoveNext());
        Assert.NotNull(watch.ResponseStream.Current.Sync);

        var applied = await host.Policies.ApplyPoliciesAsync(new ApplyPoliciesRequest
        {
            Document = Mesh,
            Enforcement = PolicyEnforcement.Monitor,
            ConfirmWithin = Duration.FromTimeSpan(TimeSpan.FromHours(1)),
        });
        await host.Policies.ConfirmPoliciesAsync(new ConfirmPoliciesRequest { Revision = 1, Etag = applied.Revision.Etag });

        var told = await NextAsync(watch);
        Assert.Equal(("", EventOrigin.Derived, EventCause.Command), (told.Namespace, told.Origin, told.Cause));
        Assert.Equal(
            new PoliciesChange
            {
                Kind = PoliciesChangeKind.Applied,
                Revision = 1,
                Etag = applied.Revision.Etag,
                Enforcement = PolicyEnforcement.Monitor,
                Author = applied.Revision.Author,
                ConfirmDeadline = applied.Revision.ConfirmDeadline,
            },
            told.Policies);
        var confirmed = await NextAsync(watch);
        Assert.Equal((PoliciesChangeKind.Confirmed, null), (confirmed.Policies.Kind, confirmed.Policies.ConfirmDeadline));
    }

    private static async Task<Event> NextAsync(AsyncServerStreamingCall<WatchResponse> watch)
    {
        while (await watch.ResponseStream.MoveNext())
        {
            if (watch.ResponseStream.Current.Events is { } batch)
                return Assert.Single(batch.Events);
        }

        throw new InvalidOperationException("the watch has ended");
    }
}
