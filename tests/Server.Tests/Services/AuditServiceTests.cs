using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Net.Client;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Security.Audit;
using Mptcp.ControlPlane.Server.Security.Permissions;
using Mptcp.ControlPlane.Server.Tests.Support;
using Mptcp.Lab;
using AuditKind = Mptcp.Control.V1.AuditKind;
using Role = Mptcp.ControlPlane.Server.Policies.Model.Role;

namespace Mptcp.ControlPlane.Server.Tests.Services;

/// <summary>The audit trail as callers fill it, and read it.</summary>
public sealed class AuditServiceTests
{
    private static readonly AccessRules ViewersOverTcp = new()
    {
        Bindings = [new AccessBinding(AccessRole.Viewer, [new CallerPattern.Unproved()])],
    };

    private const int DiskBytes = 64 * 1024;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [LabFact]
    public async Task A_write_that_was_allowed_is_told_with_its_caller_and_what_it_changed_and_reads_are_not()
    {
        await using var host = await ServedLab.StartAsync();
        await host.Endpoints.UpdateLimitsAsync(new UpdateLimitsRequest { Limits = new Limits { Subflows = 2, AddAddrAccepted = 1 } });
        var call = host.Endpoints.UpdateLimitsAsync(
            new UpdateLimitsRequest { Limits = new Limits { Subflows = 3 } }, new Metadata { { "x-request-id", "mine-1" } });
        await call;
        Assert.Equal("mine-1", call.GetTrailers().GetValue("x-request-id"));
        await host.Endpoints.GetLimitsAsync(new GetLimitsRequest());
        var entries = await ListAsync(host, new ListAuditEntriesRequest());
        Assert.Equal(2, entries.Count);
        var entry = entries[0];
        Assert.Equal(
            (AuditKind.Call, "user:0", "unix", "/mptcp.control.v1.EndpointService/UpdateLimits", "change_endpoints", "administrator"),
            (entry.Kind, entry.CallerName, entry.Transport, entry.Method, entry.Permission, entry.Role));
        Assert.Equal((2ul, true, "OK", "", "mine-1"), (entry.Sequence, entry.Allowed, entry.Status, entry.Reason, entry.RequestId));
        Assert.Equal(host.Lab.Client.NamespacePath, entry.Namespace);
        Assert.Equal(Environment.ProcessId, entry.Caller.Process.Pid);
        Assert.Equal(new Limits { Subflows = 2, AddAddrAccepted = 1 }, Limits.Parser.ParseJson(entry.BeforeJson));
        Assert.Equal(new Limits { Subflows = 3, AddAddrAccepted = 1 }, Limits.Parser.ParseJson(entry.AfterJson));
        Assert.Equal(new UpdateLimitsRequest { Limits = new Limits { Subflows = 3 } }, UpdateLimitsRequest.Parser.ParseJson(entry.RequestJson));
        Assert.Equal(32, entries[1].RequestId.Length);
    }

    [LabFact]
    public async Task One_that_was_denied_is_told_and_its_caller_may_not_read_the_trail()
    {
        await using var host = await ServedLab.StartAsync(new AuditOptions(), ViewersOverTcp);
        using var channel = GrpcChannel.ForAddress(host.HttpAddress);
        var call = new EndpointService.EndpointServiceClient(channel).FlushEndpointsAsync(new FlushEndpointsRequest());
        await call.RefusedAsync(StatusCode.PermissionDenied, ErrorReason.AccessDenied);
        await new AuditService.AuditServiceClient(channel).ListAuditEntriesAsync(new ListAuditEntriesRequest())
            .RefusedAsync(StatusCode.PermissionDenied, ErrorReason.AccessDenied);
        var entry = Assert.Single(await ListAsync(host, new ListAuditEntriesRequest { Allowed = false }));
        Assert.Equal(("anonymous", "tcp", "", "PERMISSION_DENIED", "ACCESS_DENIED"), (entry.CallerName, entry.Transport, entry.Role, entry.Status, entry.Reason));
        Assert.StartsWith("127.0.0.1:", entry.Caller.Peer, StringComparison.Ordinal);
        Assert.Equal(entry.RequestId, call.GetTrailers().GetValue("x-request-id"));
        Assert.Empty(await ListAsync(host, new ListAuditEntriesRequest { Allowed = true }));
    }

    [LabFact]
    public async Task One_that_was_refused_or_failed_is_told_with_what_came_of_it()
    {
        await using var host = await ServedLab.StartAsync();
        await host.Endpoints.DeleteEndpointAsync(new DeleteEndpointRequest { Id = 9 }).RefusedAsync(StatusCode.NotFound, ErrorReason.EndpointNotFound);
        await host.Endpoints.CreateEndpointAsync(new CreateEndpointRequest()).ViolatesAsync("endpoint");
        await new ConnectionService.ConnectionServiceClient(host.Channel).DestroySubflowAsync(new DestroySubflowRequest
        {
            Token = 4711,
            Local = new SocketAddress { Address = "198.18.1.1", Port = 1 },
            Remote = new SocketAddress { Address = "198.18.1.2", Port = 2 },
        }).RefusedAsync(StatusCode.NotFound, ErrorReason.ConnectionNotFound);
        var entries = await ListAsync(host, new ListAuditEntriesRequest());
        Assert.Equal(
            [("NOT_FOUND", "CONNECTION_NOT_FOUND"), ("INVALID_ARGUMENT", "INVALID_REQUEST"), ("NOT_FOUND", "ENDPOINT_NOT_FOUND")],
            entries.Select(entry => (entry.Status, entry.Reason)));
        Assert.All(entries, entry => Assert.True(entry.Allowed && entry.Message.Length > 0 && entry.AfterJson.Length == 0));
        Assert.Equal([4711u, 0, 0], entries.Select(entry => entry.Token));
        Assert.Equal([0u, 0, 9], entries.Select(entry => entry.EndpointId));
        Assert.Equal(entries.Take(1), await ListAsync(host, new ListAuditEntriesRequest { Token = 4711 }));
        Assert.Equal(entries.Skip(1).Take(1), await ListAsync(host, new ListAuditEntriesRequest { Method = "Create*" }));
        Assert.Equal(entries, await ListAsync(host, new ListAuditEntriesRequest { Caller = "user:*", Since = entries[^1].Time, Namespace = host.Lab.Client.NamespacePath }));
        Assert.Empty(await ListAsync(host, new ListAuditEntriesRequest { Caller = "user:1" }));
        Assert.Empty(await ListAsync(host, new ListAuditEntriesRequest { Until = entries[^1].Time }));
    }

    [LabFact]
    public async Task A_change_of_the_policies_is_told_by_its_revisions_and_the_digest_of_its_document()
    {
        await using var host = await ServedLab.StartAsync();
        var checkedOnly = new ApplyPoliciesRequest { Yaml = "policies: []\n", ValidateOnly = true };
        await host.Policies.ApplyPoliciesAsync(checkedOnly);
        var applied = (await host.Policies.ApplyPoliciesAsync(new ApplyPoliciesRequest { Yaml = "policies: []\n", Comment = "why" })).Revision;
        await host.Policies.ApplyPoliciesAsync(new ApplyPoliciesRequest { Yaml = "policies: 5\n" }).RefusedAsync(StatusCode.InvalidArgument, ErrorReason.InvalidRequest);
        var entries = await ListAsync(host, new ListAuditEntriesRequest());
        Assert.Equal([false, false, true], entries.Select(entry => entry.ValidateOnly));
        Assert.Equal(["INVALID_ARGUMENT", "OK", "OK"], entries.Select(entry => entry.Status));
        Assert.Equal(entries[1].DocumentSha256, entries[2].DocumentSha256);
        Assert.Equal(64, entries[0].DocumentSha256.Length);
        Assert.NotEqual(entries[1].DocumentSha256, entries[0].DocumentSha256);
        Assert.Equal(0, PolicyRevision.Parser.ParseJson(entries[1].BeforeJson).Number);
        Assert.Equal(applied, PolicyRevision.Parser.ParseJson(entries[1].AfterJson));
        Assert.Equal(new ApplyPoliciesRequest { Comment = "why" }, ApplyPoliciesRequest.Parser.ParseJson(entries[1].RequestJson));
        Assert.Equal(("", ""), (entries[2].BeforeJson, entries[2].AfterJson));
    }

    [LabFact]
    public async Task A_session_is_told_from_its_bid_to_its_end_with_everything_that_it_commands()
    {
        await using var host = await ServedLab.StartAsync(new Role("te"));
        using (var refused = host.Sessions.Control(cancellationToken: Cancellation))
        {
            await refused.RequestStream.WriteAsync(new ControlRequest { Bid = new ControlBid { Role = "nobody", ElectionId = 1 } }, Cancellation);
            await Assert.ThrowsAsync<RpcException>(() => refused.ResponseStream.MoveNext(Cancellation));
        }

        using var control = host.Sessions.Control(new Metadata { { "x-request-id", "session-1" } }, cancellationToken: Cancellation);
        await control.RequestStream.WriteAsync(new ControlRequest { Bid = new ControlBid { Role = "te", ElectionId = 5, Name = "one" } }, Cancellation);
        Assert.True(await control.ResponseStream.MoveNext(Cancellation));
        var withdraw = new PathCommand { WithdrawAddress = new WithdrawAddressCommand { AddressId = 9 } };
        await control.RequestStream.WriteAsync(
            new ControlRequest { Command = new ControlCommand { CorrelationId = 1, RequestId = "c-1", Token = 4711, Command = withdraw } }, Cancellation);
        await control.RequestStream.WriteAsync(new ControlRequest { Decision = new Decision { DecisionId = 12, DeferTo = PathStrategy.None } }, Cancellation);
        await control.RequestStream.CompleteAsync();
        while (await control.ResponseStream.MoveNext(Cancellation))
        {
        }

        var entries = (await ListAsync(host, new ListAuditEntriesRequest())).Reverse().ToList();
        Assert.Equal(
            [AuditKind.Call, AuditKind.SessionOpened, AuditKind.Command, AuditKind.Decision, AuditKind.SessionEnded], entries.Select(entry => entry.Kind));
        Assert.Equal(["ROLE_UNKNOWN", "", "CONNECTION_NOT_FOUND", "DECISION_UNKNOWN", ""], entries.Select(entry => entry.Reason));
        Assert.Equal([0ul, 1, 1, 1, 1], entries.Select(entry => entry.SessionId));
        Assert.Equal(["session-1", "c-1", "session-1", "session-1"], entries.Skip(1).Select(entry => entry.RequestId));
        Assert.Equal("one", ControlBid.Parser.ParseJson(entries[1].RequestJson).Name);
        Assert.Equal(withdraw, ControlCommand.Parser.ParseJson(entries[2].RequestJson).Command);
        Assert.Equal((4711u, host.Lab.Client.NamespacePath), (entries[2].Token, entries[2].Namespace));
        Assert.Equal(PathStrategy.None, Decision.Parser.ParseJson(entries[3].RequestJson).DeferTo);
    }

    [LabFact]
    public async Task Pages_follow_each_other_from_memory_into_the_files_and_over_a_restart()
    {
        using var directory = new TemporaryDirectory();
        var options = new AuditOptions { File = directory.File("audit.jsonl"), MaxBytes = 262_144, Files = 3, MemoryEntries = 100 };
        await using (var before = await ServedLab.StartAsync(options, new AccessRules()))
            await WriteAsync(before, 150);
        await using var host = await ServedLab.StartAsync(options, new AccessRules());
        await WriteAsync(host, 120);
        var request = new ListAuditEntriesRequest { PageSize = 40 };
        var sequences = new List<ulong>();
        do
        {
            var page = await host.Audit.ListAuditEntriesAsync(request);
            Assert.InRange(page.Entries.Count, 0, 40);
            sequences.AddRange(page.Entries.Select(entry => entry.Sequence));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
        Assert.Equal(Enumerable.Range(1, 270).Select(number => (ulong)number).Reverse(), sequences);

        request.PageToken = (await host.Audit.ListAuditEntriesAsync(request)).NextPageToken;
        await host.Audit.ListAuditEntriesAsync(new ListAuditEntriesRequest(request) { Caller = "user:0" }).ViolatesAsync("page_token");
        await host.Audit.ListAuditEntriesAsync(new ListAuditEntriesRequest { PageToken = "nothing", PageSize = 1001, Since = new Timestamp { Seconds = long.MaxValue } })
            .ViolatesAsync("page_size", "since", "page_token");
        await using var later = await ServedLab.StartAsync(options, new AccessRules());
        await later.Audit.ListAuditEntriesAsync(request).RefusedAsync(StatusCode.FailedPrecondition, ErrorReason.PageTokenExpired);
    }

    [LabFact]
    public async Task A_full_disk_is_said_in_the_log_and_what_is_missing_in_the_trail_once_there_is_room()
    {
        using var directory = new TemporaryDirectory();
        using var disk = new SmallDisk(directory.File("disk"), DiskBytes);
        await using var host = await ServedLab.StartAsync(new AuditOptions { File = Path.Combine(disk.Path, "audit.jsonl") }, new AccessRules());
        await WriteAsync(host, 2);
        await FlushAsync(host);
        disk.Fill();
        await WriteAsync(host, 200);
        await FlushAsync(host);
        Assert.Single(host.Log.Entries, entry => entry.EventId == 540);
        Assert.All(await File.ReadAllLinesAsync(Path.Combine(disk.Path, "audit.jsonl"), Cancellation), line => Assert.EndsWith("}", line, StringComparison.Ordinal));
        disk.Free();
        await WriteAsync(host, 1);
        var entries = await ListAsync(host, new ListAuditEntriesRequest { PageSize = 1000 });
        Assert.Equal(203, entries.Count(entry => entry.Kind == AuditKind.Call));
        var lost = Assert.Single(entries, entry => entry.Kind == AuditKind.Lost);
        var lines = await File.ReadAllLinesAsync(Path.Combine(disk.Path, "audit.jsonl"), Cancellation);
        Assert.Equal(203 - lost.Lost, (ulong)lines.Count(line => line.Contains("\"kind\": \"call\"", StringComparison.Ordinal)));
        Assert.Contains(lines, line => line.Contains("\"kind\": \"lost\"", StringComparison.Ordinal));
    }

    [LabFact]
    public async Task Where_the_trail_is_required_a_directory_that_is_read_only_keeps_everything_from_being_changed_until_it_is_not()
    {
        using var directory = new TemporaryDirectory();
        using var disk = new SmallDisk(directory.File("disk"), DiskBytes);
        await using var host = await ServedLab.StartAsync(
            new AuditOptions { File = Path.Combine(disk.Path, "audit.jsonl"), Required = true }, new AccessRules(), new Role("te"));
        disk.MakeReadOnly();
        // The first one is the one by which it is found out.
        await WriteAsync(host, 1);
        await FlushAsync(host);
        await host.Endpoints.FlushEndpointsAsync(new FlushEndpointsRequest()).RefusedAsync(StatusCode.Unavailable, ErrorReason.AuditNotWritten);
        await host.Endpoints.GetLimitsAsync(new GetLimitsRequest());
        await FlushAsync(host);
        disk.MakeWritable();
        await host.Endpoints.FlushEndpointsAsync(new FlushEndpointsRequest());
        await FlushAsync(host);
        Assert.Contains("\"lost\": 2", await File.ReadAllTextAsync(Path.Combine(disk.Path, "audit.jsonl"), Cancellation), StringComparison.Ordinal);
    }

    // Listing waits until what was done before is written, as far as it can be.
    private static async Task FlushAsync(ServedLab host) => await host.Audit.ListAuditEntriesAsync(new ListAuditEntriesRequest());

    private static async Task<IReadOnlyList<AuditEntry>> ListAsync(ServedLab host, ListAuditEntriesRequest request)
        => (await host.Audit.ListAuditEntriesAsync(request)).Entries;

    // A write that changes nothing.
    private static async Task WriteAsync(ServedLab host, int times)
    {
        for (var time = 0; time < times; time++)
            await host.Endpoints.FlushEndpointsAsync(new FlushEndpointsRequest());
    }
}
