using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Mptcp.ControlPlane.Server.Hosting;
using Mptcp.ControlPlane.Server.Policies.Revisions;

namespace Mptcp.ControlPlane.Server.Tests.Policies.Revisions;

/// <summary>What a daemon makes of what it finds in its directory.</summary>
public sealed class PolicyStoreTests : IDisposable
{
    private readonly RevisionsUnderTest _daemon = new();

    public void Dispose() => _daemon.Dispose();

    public static TheoryData<string, Func<byte[], byte[]>> Damages => new()
    {
        { "one bit", content => [.. content[..^20], (byte)(content[^20] ^ 1), .. content[^19..]] },
        { "a truncated end", content => content[..^1] },
        { "half of it", content => content[..(content.Length / 2)] },
        { "a header alone", content => content[..98] },
        { "nothing", _ => [] },
        { "zeros", content => new byte[content.Length] },
        { "something appended", content => [.. content, (byte)'\n'] },
        { "another version", content => Encoding.ASCII.GetBytes(Encoding.ASCII.GetString(content).Replace("policies 1 ", "policies 2 ", StringComparison.Ordinal)) },
    };

    [Theory]
    [MemberData(nameof(Damages))]
    public void A_damaged_file_is_set_aside_and_the_copy_before_it_goes_on(string what, Func<byte[], byte[]> damage)
    {
        _daemon.Apply("first");
        _daemon.Apply("second");
        _daemon.Apply("third");
        _daemon.Stop();
        var damaged = damage(File.ReadAllBytes(_daemon.StateFile));
        File.WriteAllBytes(_daemon.StateFile, damaged);

        _daemon.Restart();

        Assert.True(_daemon.Enforced == "second", what);
        Assert.Equal(2, _daemon.Holding.Number);
        Assert.Equal(PolicyStorageState.Recovered, _daemon.Revisions.Storage.State);
        var aside = Assert.Single(Directory.GetFiles(_daemon.Directory, "policies.bad-*"));
        Assert.Equal(damaged, File.ReadAllBytes(aside));
        Assert.Contains(aside, _daemon.Revisions.Storage.Remark, StringComparison.Ordinal);
        Assert.Contains(_daemon.Log.Entries, entry => entry.Message.Contains(aside, StringComparison.Ordinal));

        _daemon.Restart();
        Assert.Equal((PolicyStorageState.Kept, "second"), (_daemon.Revisions.Storage.State, _daemon.Enforced));
    }

    [Fact]
    public void With_both_copies_damaged_no_policies_hold_and_that_is_said()
    {
        _daemon.Apply("first");
        _daemon.Apply("second");
        _daemon.Stop();
        File.WriteAllText(_daemon.StateFile, "no");
        File.WriteAllText(_daemon.PreviousFile, "no");

        _daemon.Restart();

        Assert.Empty(_daemon.Target.Adopted);
        Assert.Equal(PolicyStorageState.Lost, _daemon.Revisions.Storage.State);
        Assert.Contains(_daemon.Log.Entries, entry => entry.Message.Contains("going on with no policies", StringComparison.Ordinal));
        Assert.Equal(1, _daemon.Apply("again").Number);
        _daemon.Restart();
        Assert.Equal("again", _daemon.Enforced);
    }

    [Fact]
    public void A_file_that_somebody_removed_is_replaced_by_its_copy()
    {
        _daemon.Apply("first");
        _daemon.Apply("second");
        _daemon.Stop();
        File.Delete(_daemon.StateFile);

        _daemon.Restart();

        Assert.Equal((PolicyStorageState.Recovered, "first"), (_daemon.Revisions.Storage.State, _daemon.Enforced));
    }

    [Fact]
    public void What_a_daemon_that_died_was_about_to_write_does_not_count()
    {
        _daemon.Apply("first");
        _daemon.Stop();
        var unfinished = _daemon.StateFile + ".unfinished";
        File.WriteAllText(unfinished, "mptcp-controld poli");

        _daemon.Restart();

        Assert.Equal((PolicyStorageState.Kept, "first"), (_daemon.Revisions.Storage.State, _daemon.Enforced));
        Assert.False(File.Exists(unfinished));
    }

    [Fact]
    public void The_file_and_its_directory_are_the_daemons_alone()
    {
        _daemon.Apply("first");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_daemon.StateFile));
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_daemon.Directory));
    }

    [Fact]
    public void A_directory_that_another_daemon_has_is_not_taken()
    {
        var refused = Assert.Throws<StartupException>(Open);
        Assert.Contains("another mptcp-controld", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_directory_that_cannot_be_written_to_keeps_the_daemon_from_starting()
    {
        _daemon.Stop();
        Directory.Delete(_daemon.Directory, recursive: true);
        File.WriteAllText(_daemon.Directory, "a file stands in its place");
        Assert.Contains(_daemon.Directory, Assert.Throws<StartupException>(Open).Message, StringComparison.Ordinal);
        File.Delete(_daemon.Directory);
    }

    private void Open() => PolicyStore.Open(_daemon.Directory, NullLogger.Instance, _daemon.Time);
}
