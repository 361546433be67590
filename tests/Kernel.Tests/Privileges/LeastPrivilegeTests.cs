using System.Globalization;
using Mptcp.Kernel.Tests.Support;
using Mptcp.Lab;
using Mptcp.Native.Privileges;

namespace Mptcp.Kernel.Tests.Privileges;

/// <summary>The daemon keeps what its configuration needs, in every one of its threads, whatever it was started with.</summary>
public sealed class LeastPrivilegeTests : IDisposable
{
    const string Nobody = "nobody";
    const uint NobodyId = 65534;

    static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(30);

    // For everybody to enter, as the user that the daemon becomes has to.
    readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("mptcp-kernel-tests-");

    public LeastPrivilegeTests() => File.SetUnixFileMode(_directory.FullName, (UnixFileMode)0x1ed);

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    string SocketPath => Path.Combine(_directory.FullName, "daemon", "control.sock");

    public void Dispose() => _directory.Delete(recursive: true);

    [LabFact]
    public async Task Started_as_root_it_keeps_CAP_NET_ADMIN_alone()
    {
        await using var lab = await NetworkLab.CreateAsync(paths: 1, cancellationToken: Cancellation);
        var daemon = await StartAsync(lab, []);

        AssertThreads(daemon, CapabilitySet.Of(Capability.NetAdmin), userId: 0);
        Assert.Contains("privileges: kept CAP_NET_ADMIN for the path manager and its events; as the user 0, dropped ", daemon.Transcript, StringComparison.Ordinal);
        Assert.Contains("CAP_DAC_OVERRIDE", daemon.Transcript, StringComparison.Ordinal);
    }

    [LabFact]
    public async Task What_the_configuration_needs_is_kept_besides()
    {
        await using var lab = await NetworkLab.CreateAsync(paths: 1, cancellationToken: Cancellation);
        var name = $"kernel-tests-{Environment.ProcessId}-privileges";
        lab.Server.AttachName(name);

        var daemon = await StartAsync(lab, Configured($$"""
            { "namespaces": ["self", "{{name}}"], "privileges": { "owners": true, "lowPorts": true }, "congestion": { "tuning": true } }
            """));

        AssertThreads(
            daemon,
            CapabilitySet.Of(
                Capability.NetAdmin, Capability.SysAdmin, Capability.SysPtrace, Capability.DacReadSearch, Capability.NetBindService, Capability.Bpf, Capability.PerfMon),
            userId: 0);
        Assert.Contains($"CAP_SYS_ADMIN to enter the network namespaces {name}; ", daemon.Transcript, StringComparison.Ordinal);
    }

    [LabFact]
    public async Task With_nothing_to_drop_it_starts_once_and_says_so()
    {
        await using var lab = await NetworkLab.CreateAsync(paths: 1, cancellationToken: Cancellation);
        var daemon = await StartAsync(lab, [], "setpriv", "--no-new-privs", "--bounding-set=-all,+net_admin", "--inh-caps=-all", "--");

        AssertThreads(daemon, CapabilitySet.Of(Capability.NetAdmin), userId: 0);
        Assert.Contains("as the user 0, there was nothing to drop", daemon.Transcript, StringComparison.Ordinal);
    }

    [LabFact]
    public async Task It_becomes_the_user_of_its_configuration_with_directories_of_that_user()
    {
        SkipWhereNobodyCannotRunIt();
        await using var lab = await NetworkLab.CreateAsync(paths: 1, cancellationToken: Cancellation);
        var state = Path.Combine(_directory.FullName, "state");

        var daemon = await StartAsync(lab, Configured($$"""
            { "privileges": { "user": "{{Nobody}}" }, "state": { "directory": "{{state}}" } }
            """));

        AssertThreads(daemon, CapabilitySet.Of(Capability.NetAdmin), NobodyId);
        foreach (var path in new[] { state, SocketPath, Path.GetDirectoryName(SocketPath)! })
            Assert.Equal(Nobody, await lab.Client.RunProgramAsync("stat", "--format=%U", path));
        Assert.NotEmpty(Directory.GetFiles(state));
        // Sysctls of MPTCP are its to set: the kernel has the network's administrator do it.
        var set = await CommandRun.RunAsync(lab.Client, $"unix:{SocketPath}", ["node", "set", "stale_loss_cnt=5"]);
        set.Succeeded();
        Assert.Equal("5", lab.Client.GetSysctl("net.mptcp.stale_loss_cnt"));
    }

    [LabFact]
    public async Task Another_user_with_the_capability_alone_needs_no_root()
    {
        SkipWhereNobodyCannotRunIt();
        await using var lab = await NetworkLab.CreateAsync(paths: 1, cancellationToken: Cancellation);
        await lab.Client.RunProgramAsync("chown", Nobody, _directory.FullName);

        var daemon = await StartAsync(
            lab, [], "setpriv", $"--reuid={NobodyId}", "--clear-groups", "--inh-caps=-all,+net_admin,+sys_time", "--ambient-caps=-all,+net_admin,+sys_time", "--");

        AssertThreads(daemon, CapabilitySet.Of(Capability.NetAdmin), NobodyId, boundingSet: false);
        Assert.Contains($"as the user {NobodyId}, dropped 1 others (CAP_SYS_TIME); the bounding set stays larger", daemon.Transcript, StringComparison.Ordinal);
    }

    [LabFact]
    public async Task The_sockets_group_is_given_to_it_before_it_may_give_nothing_away()
    {
        SkipWhereNobodyCannotRunIt();
        await using var lab = await NetworkLab.CreateAsync(paths: 1, cancellationToken: Cancellation);

        var daemon = await StartAsync(lab, ["--socket-group", "1"]);

        AssertThreads(daemon, CapabilitySet.Of(Capability.NetAdmin), userId: 0);
        Assert.Equal("1", await lab.Client.RunProgramAsync("stat", "--format=%g", SocketPath));
    }

    async Task<LabProcess> StartAsync(NetworkLab lab, IEnumerable<string> arguments, params string[] before)
    {
        string[] command = [.. before, Programs.Daemon, "--socket", SocketPath, .. arguments];
        var process = lab.Client.StartProcess(command[0], command[1..]);
        await process.ReadUntilAsync(process.Errors, "READY on ", StartTimeout);
        return process;
    }

    string[] Configured(string configuration)
    {
        var file = Path.Combine(_directory.FullName, "configuration.json");
        File.WriteAllText(file, configuration);
        return ["--config", file];
    }

    static void AssertThreads(LabProcess daemon, CapabilitySet kept, uint userId, bool boundingSet = true)
    {
        var tasks = Directory.GetDirectories($"/proc/{daemon.Id.ToString(CultureInfo.InvariantCulture)}/task");
        Assert.True(tasks.Length > 3, "it has hardly a thread");
        Assert.All(tasks, task =>
        {
            var thread = ThreadPrivileges.Read(Path.Combine(task, "status"));
            Assert.Equal((kept, kept), (thread.Effective, thread.Permitted));
            Assert.Equal((CapabilitySet.None, CapabilitySet.None), (thread.Inheritable.Without(kept), thread.Ambient.Without(kept)));
            Assert.True(thread.NoNewPrivileges);
            Assert.Equal(userId, thread.UserId);
            if (boundingSet)
                Assert.Equal(kept, thread.Bounding);
        });
    }

    // An ordinary user's namespace has no other user than root; and where the programs lie may be closed to others.
    static void SkipWhereNobodyCannotRunIt()
    {
        var isMapped = File.ReadLines("/proc/self/uid_map")
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(text => ulong.Parse(text, CultureInfo.InvariantCulture)).ToArray())
            .Any(range => range[0] <= NobodyId && NobodyId < range[0] + range[2]);
        Assert.SkipUnless(isMapped, "this user namespace has no user but root");
        for (var directory = new FileInfo(Programs.Daemon).Directory; directory is not null; directory = directory.Parent)
            Assert.SkipUnless(directory.UnixFileMode.HasFlag(UnixFileMode.OtherExecute), $"{directory} is not for others to enter");
    }
}
