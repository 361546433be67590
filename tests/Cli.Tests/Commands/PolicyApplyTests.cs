using System.Text;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Cli.Tests.Support;
using Mptcp.ControlPlane.Testing;

namespace Mptcp.ControlPlane.Cli.Tests.Commands;

public sealed class PolicyApplyTests : IDisposable
{
    const string Yaml = "policies:\n  - name: mesh # ä\n";

    static readonly Timestamp Soon = Timestamp.FromDateTime(new DateTime(2030, 1, 1, 0, 1, 0, DateTimeKind.Utc));

    readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("mptcp-");

    string PolicyFile => Path.Combine(_directory.FullName, "policies.yaml");

    public PolicyApplyTests() => File.WriteAllText(PolicyFile, Yaml);

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task Apply_sends_the_file_as_it_is_and_shows_what_holds()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Answer((ApplyPoliciesRequest _) => new ApplyPoliciesResponse { Revision = Revision(), Storage = new PolicyStorage { State = PolicyStorageState.Kept } });

        var run = (await Mptcpctl.RunAsync(daemon, $"policy apply -f {PolicyFile}")).Succeeded();

        Assert.Equal(
            new ApplyPoliciesRequest { Yaml = Yaml, Enforcement = PolicyEnforcement.Enforce },
            daemon.Received<ApplyPoliciesRequest>());
        Assert.Equal("applied revision 3: 1 policy, enforced; etag 3-abc\n", run.Out);
    }

    [Fact]
    public async Task Apply_sends_every_option_and_says_how_to_confirm()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Answer((ApplyPoliciesRequest request) =>
        {
            var revision = Revision();
            revision.Enforcement = request.Enforcement;
            revision.ConfirmDeadline = Soon;
            return new ApplyPoliciesResponse { Revision = revision, Storage = new PolicyStorage { State = PolicyStorageState.NotKept } };
        });

        var run = (await Mptcpctl.RunAsync(
            daemon, $"policy apply --file {PolicyFile} --etag 2-x --monitor --confirm-within 1m30s --comment careful")).Succeeded();

        Assert.Equal(
            new ApplyPoliciesRequest
            {
                Yaml = Yaml,
                Enforcement = PolicyEnforcement.Monitor,
                Etag = "2-x",
                ConfirmWithin = Duration.FromTimeSpan(TimeSpan.FromSeconds(90)),
                Comment = "careful",
            },
            daemon.Received<ApplyPoliciesRequest>());
        Assert.Equal(
            "applied revision 3: 1 policy, monitored; etag 3-abc; 'mptcpctl policy confirm 3' before 2030-01-01T00:01:00Z, or it is rolled back;"
            + " the daemon forgets it when it ends, for it has no --state-dir\n",
            run.Out);
    }

    [Fact]
    public async Task A_dash_reads_the_standard_input()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Answer((ApplyPoliciesRequest _) => new ApplyPoliciesResponse { Revision = Revision() });

        (await Mptcpctl.RunAsync(
            ["policy", "apply", "-f", "-"],
            new() { [GlobalOptions.AddressVariable] = daemon.Address },
            input: new MemoryStream(Encoding.UTF8.GetBytes(Yaml)))).Succeeded();

        Assert.Equal(Yaml, daemon.Received<ApplyPoliciesRequest>().Yaml);
    }

    [Fact]
    public async Task A_dry_run_shows_what_would_be_done()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Answer((ApplyPoliciesRequest _) => new ApplyPoliciesResponse
        {
            Revision = new PolicyRevision { Enforcement = PolicyEnforcement.Enforce, Policies = 1 },
            Preview = new PoliciesPreview
            {
                Connections = 7,
                Effects = { new PolicyEffect { Policy = "mesh", Connections = 7, ChangedConnections = 3, Creates = 5, Announces = 1 } },
                Explanations = { PolicyTests.Explanation },
                LeftOut = 2,
            },
        });

        var run = (await Mptcpctl.RunAsync(daemon, $"policy apply -f {PolicyFile} --dry-run")).Succeeded();

        Assert.True(daemon.Received<ApplyPoliciesRequest>().ValidateOnly);
        Assert.StartsWith(
            """
            1 policy would be enforced and decide about 7 connections; nothing was changed
            POLICY  CONNECTIONS  CHANGED  CREATE  DESTROY  MAKE-BACKUP  MAKE-REGULAR  ANNOUNCE  WITHDRAW
            mesh    7            3        5       0        0            0             1         0

            0x00000007 in blue, 198.18.1.1:40000 -> 198.18.9.9:443: policy mesh
            """,
            run.Out,
            StringComparison.Ordinal);
        Assert.EndsWith("and 2 more connections\n", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_wrong_with_the_file_is_told_as_compilers_do()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Refuse<ApplyPoliciesRequest>(Refusal.OfRequest(
            "the request is not valid",
            ("policies[0].strategy", "line 3, column 15: must be full_mesh, and is \"x\""),
            ("yaml", "line 9, column 1: is no YAML"),
            ("comment", "must be shorter")));

        var run = (await Mptcpctl.RunAsync(daemon, $"policy apply -f {PolicyFile}")).EndedWith(ExitCode.Refused);

        Assert.Equal(
            $"""
            {PolicyFile}:3:15: policies[0].strategy must be full_mesh, and is "x"
            {PolicyFile}:9:1: is no YAML
            comment: must be shorter

            """,
            run.Error);
    }

    [Fact]
    public async Task Problems_that_the_daemon_had_no_room_for_are_counted()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Refuse<ApplyPoliciesRequest>(Refusal.OfRequest(
            "the request is not valid",
            new Dictionary<string, string> { ["violations_left_out"] = "17" },
            ("policies[0].name", "line 2, column 11: is required")));

        var run = (await Mptcpctl.RunAsync(daemon, $"policy apply -f {PolicyFile}")).EndedWith(ExitCode.Refused);

        Assert.Equal($"{PolicyFile}:2:11: policies[0].name is required\n{PolicyFile}: and 17 more\n", run.Error);
    }

    [Fact]
    public async Task Another_refusal_is_one_line_with_what_to_do()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Refuse<ApplyPoliciesRequest>(Refusal.Of(StatusCode.Aborted, "the policies have changed since", "POLICIES_CHANGED"));

        var run = (await Mptcpctl.RunAsync(daemon, $"policy apply -f {PolicyFile} --etag 1-x")).EndedWith(ExitCode.Refused);

        Assert.Equal("the policies have changed since; 'mptcpctl policy show' shows what holds now", run.ErrorLine);
    }

    [Theory]
    [InlineData("policy apply", "-f FILE")]
    [InlineData("policy apply -f x --confirm-within soon", "--confirm-within: 'soon' is not a duration")]
    public async Task Wrong_usage_is_told_before_anything_is_sent(string commandLine, string expected)
    {
        var run = (await Mptcpctl.RunAsync(commandLine)).EndedWith(ExitCode.BadUsage);
        Assert.Contains(expected == "-f FILE" ? "--file" : expected, run.ErrorLine, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_told_by_its_name()
    {
        var run = (await Mptcpctl.RunAsync("policy apply -f /nowhere/policies.yaml")).EndedWith(ExitCode.BadUsage);
        Assert.StartsWith("/nowhere/policies.yaml cannot be read: ", run.ErrorLine, StringComparison.Ordinal);
    }

    static PolicyRevision Revision() => new() { Number = 3, Etag = "3-abc", Enforcement = PolicyEnforcement.Enforce, State = PolicyRevisionState.Holding, Policies = 1 };
}
