using Mptcp.ControlPlane.Server.Hosting;
using Mptcp.ControlPlane.Server.Sessions;
using Mptcp.ControlPlane.Server.Sessions.Election;
using Mptcp.ControlPlane.Server.Tests.Support;

namespace Mptcp.ControlPlane.Server.Tests.Sessions.Election;

/// <summary>What is kept of election ids, and for how long.</summary>
public sealed class ElectionMemoryTests : IDisposable
{
    private static readonly Guid Boot = new("11111111-2222-3333-4444-555555555555");
    private readonly TemporaryDirectory _directory = new();

    private string FilePath => _directory.File("elections");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void The_highest_id_of_each_role_is_remembered_when_the_daemon_comes_again()
    {
        using (var memory = Open())
        {
            memory.Note("te", 5, "user:7");
            memory.Note("edge_7.eu", ulong.MaxValue, "user:7");
            memory.Note("te", 9, "user:7");
            memory.Note("te", 7, "user:7");
        }

        using var again = Open();
        Assert.Equal((9UL, ulong.MaxValue, 0UL), (again.Highest("te"), again.Highest("edge_7.eu"), again.Highest("nobody's")));
    }

    [Fact]
    public void What_was_noted_is_kept_though_the_daemon_is_killed()
    {
        using var memory = Open();
        memory.Note("te", 5, "user:7");
        Assert.Equal([$"{Boot:N} 5 user:7 te;"], File.ReadAllLines(FilePath));
    }

    [Fact]
    public void Another_boot_of_the_host_begins_anew()
    {
        using (var memory = Open())
            memory.Note("te", 5, "user:7");
        using (var later = Open(Guid.NewGuid()))
        {
            Assert.Equal(0UL, later.Highest("te"));
            later.Note("te", 2, "user:7");
        }

        using var first = Open();
        Assert.Equal(0UL, first.Highest("te"));
    }

    [Theory]
    [InlineData("77 te")]
    [InlineData("77 ")]
    [InlineData("77")]
    [InlineData("7")]
    [InlineData("")]
    [InlineData("18446744073709551616 user:7 te;")]
    [InlineData("-8 user:7 te;")]
    public void A_line_that_is_half_written_counts_for_nothing_and_the_others_do(string half)
    {
        using (var memory = Open())
            memory.Note("te", 5, "user:7");
        File.AppendAllText(FilePath, $"{Boot:N} {half}");

        using (var again = Open())
        {
            Assert.Equal(5UL, again.Highest("te"));
            again.Note("te", 6, "user:7");
        }

        using var last = Open();
        Assert.Equal(6UL, last.Highest("te"));
    }

    [Fact]
    public void Wherever_a_line_breaks_off_it_is_never_taken_for_one_of_a_role_with_a_shorter_name()
    {
        using (var memory = Open())
        {
            memory.Note("te", 5, "user:7");
            memory.Note("te.eu-1.a", 77, "user:7");
        }

        var whole = File.ReadAllText(FilePath);
        for (var length = whole.IndexOf('\n', StringComparison.Ordinal) + 1; length <= whole.Length; length++)
        {
            File.WriteAllText(FilePath, whole[..length]);
            using var memory = Open();
            Assert.Equal(5UL, memory.Highest("te"));
            Assert.Equal(0UL, memory.Highest("te.eu-1"));
            Assert.Equal(length < whole.Length - 1 ? 0UL : 77UL, memory.Highest("te.eu-1.a"));
        }
    }

    [Fact]
    public void Without_a_directory_it_is_remembered_while_the_daemon_runs()
    {
        using var memory = ElectionMemory.Open(directory: null, Boot);
        memory.Note("te", 5, "user:7");
        memory.Note("te", 4, "user:7");
        Assert.Equal(5UL, memory.Highest("te"));
    }

    [Fact]
    public void An_id_that_cannot_be_kept_is_refused_and_not_noted_then_or_later()
    {
        // What is written there never fits.
        File.CreateSymbolicLink(_directory.File("elections.unfinished"), "/dev/full");
        using (var memory = Open())
        {
            var refusal = Assert.Throws<SessionRefusedException>(() => memory.Note("te", 5, "user:7"));
            Assert.Equal(SessionRefusal.StateNotWritten, refusal.Refusal);
            Assert.IsAssignableFrom<IOException>(refusal.InnerException);
            Assert.Equal(0UL, memory.Highest("te"));
            memory.Note("te", 0, "user:7");
        }

        // Whoever ends it is not in the way of the next one.
        File.Delete(FilePath);
        using var again = Open();
        Assert.Equal(0UL, again.Highest("te"));
    }

    [Fact]
    public void The_file_does_not_grow_with_every_bid_and_when_it_cannot_be_made_small_the_id_is_refused()
    {
        const ulong Most = 999;
        using (var memory = Open())
        {
            memory.Note("edge", 3, "user:7");
            for (ulong id = 1; id < Most; id++)
                memory.Note("te", id, "user:7");
            Assert.Equal((int)Most, File.ReadAllLines(FilePath).Length);

            var inTheWay = Directory.CreateDirectory(_directory.File("elections.unfinished"));
            Assert.Equal(SessionRefusal.StateNotWritten, Assert.Throws<SessionRefusedException>(() => memory.Note("te", Most, "user:7")).Refusal);
            Assert.Equal(Most - 1, memory.Highest("te"));
            inTheWay.Delete();
            memory.Note("te", Most, "user:7");
            Assert.Equal([$"{Boot:N} 3 user:7 edge;", $"{Boot:N} {Most} user:7 te;"], File.ReadAllLines(FilePath).Order());
            memory.Note("te", Most + 1, "user:7");
        }

        using var again = Open();
        Assert.Equal((3UL, Most + 1), (again.Highest("edge"), again.Highest("te")));
    }

    [Fact]
    public void No_two_daemons_use_one_directory()
    {
        using var memory = Open();
        var refusal = Assert.Throws<StartupException>(() => Open());
        Assert.Contains("the election ids of controllers", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_directory_that_cannot_be_one_is_refused_at_the_start()
    {
        var file = _directory.Write("file", "");
        Assert.Throws<StartupException>(() => ElectionMemory.Open(Path.Combine(file, "state"), Boot));
    }

    private ElectionMemory Open(Guid? boot = null) => ElectionMemory.Open(_directory.Path, boot ?? Boot);
}
