using System.Text;
using Mptcp.ControlPlane.Server.Security.Audit;
using Mptcp.ControlPlane.Server.Tests.Support;

namespace Mptcp.ControlPlane.Server.Tests.Security.Audit;

/// <summary>The trail in files.</summary>
public sealed class AuditFileTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string Path => _directory.File("audit.jsonl");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_full_file_is_renamed_and_the_oldest_is_deleted()
    {
        using var file = new AuditFile(Path, maxBytes: 1000, files: 3);
        for (ulong number = 1; number <= 100; number++)
            Write(file, number);
        Assert.Equal(["audit.jsonl", "audit.jsonl.1", "audit.jsonl.2"], Directory.GetFiles(_directory.Path).Select(System.IO.Path.GetFileName).Order());
        Assert.All(Directory.GetFiles(_directory.Path), name => Assert.InRange(new FileInfo(name).Length, 1, 1000));
        var kept = new AuditFiles(Path, files: 3).Before(ulong.MaxValue).Select(line => line.Sequence).ToList();
        Assert.Equal(100ul, kept[0]);
        Assert.Equal(kept.Select((_, index) => 100ul - (ulong)index), kept);
        Assert.InRange(kept.Count, 50, 80);
    }

    [Fact]
    public void Its_owner_and_group_may_read_it_and_nobody_else()
    {
        using var file = new AuditFile(Path, maxBytes: 1000, files: 3);
        Write(file, 1);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead, File.GetUnixFileMode(Path));
    }

    [Fact]
    public void Half_a_line_of_a_daemon_that_was_killed_does_not_spoil_the_next_one()
    {
        File.WriteAllText(Path, Line(1) + """{ "sequence": 2, "ti""");
        using var file = new AuditFile(Path, maxBytes: 1000, files: 3);
        Write(file, 3);
        Assert.Equal([3ul, 1], new AuditFiles(Path, files: 3).Before(ulong.MaxValue).Select(line => line.Sequence).Except([2ul]));
        Assert.Equal(3, File.ReadAllLines(Path).Length);
    }

    [Fact]
    public void One_that_was_renamed_is_left_when_it_is_taken_up_again()
    {
        using var file = new AuditFile(Path, maxBytes: 100_000, files: 3);
        Write(file, 1);
        File.Move(Path, _directory.File("moved"));
        Write(file, 2);
        file.Reopen();
        Write(file, 3);
        Assert.Equal(2, File.ReadAllLines(_directory.File("moved")).Length);
        Assert.Single(File.ReadAllLines(Path));
    }

    [Fact]
    public void Lines_are_found_by_their_numbers_wherever_they_stand()
    {
        // Of all lengths, some longer than what is read at once.
        using (var file = new AuditFile(Path, maxBytes: 1_000_000, files: 4))
        {
            for (ulong number = 1; number <= 900; number++)
                Write(file, number * 2, length: (int)(number * 7919 % 5_000) + (number % 97 == 0 ? 150_000 : 0));
        }

        var files = new AuditFiles(Path, files: 4);
        var all = files.Before(ulong.MaxValue).Select(line => line.Sequence).ToList();
        Assert.True(all.Count > 500 && File.Exists(Path + ".2"), $"{all.Count} lines");
        foreach (var before in new ulong[] { 1801, 1800, 1799, 1500, 1234, 1001, all[^1] + 1, all[^1], 1 })
            Assert.Equal(all.Where(number => number < before).Take(3), files.Before(before).Take(3).Select(line => line.Sequence));
        Assert.Equal(all.Where(number => number < 1000), files.Before(1000).Select(line => line.Sequence));
        Assert.Equal(1800ul, files.FindLast());
    }

    [Fact]
    public void There_is_nothing_to_read_where_nothing_is()
    {
        Assert.Equal(0ul, new AuditFiles(Path, files: 3).FindLast());
        File.WriteAllText(Path, "something else\n");
        Assert.Equal(0ul, new AuditFiles(Path, files: 3).FindLast());
    }

    [Fact]
    public void A_directory_that_is_not_there_is_a_failure_and_one_that_comes_is_none()
    {
        var path = System.IO.Path.Combine(_directory.Path, "later", "audit.jsonl");
        using var file = new AuditFile(path, maxBytes: 1000, files: 3);
        Assert.Equal(0, file.Write([Of(1)], out var failure));
        Assert.NotNull(failure);
        Directory.CreateDirectory(_directory.File("later"));
        Assert.Equal(1, file.Write([Of(2)], out failure));
        Assert.Null(failure);
        Assert.Single(File.ReadAllLines(path));
    }

    private static void Write(AuditFile file, ulong number, int length = 0)
    {
        Assert.Equal(1, file.Write([Of(number, length)], out var failure));
        Assert.Null(failure);
    }

    private static AuditBatchLine Of(ulong number, int length = 0)
        => new(TrailUnderTest.Entry(""), new StoredLine(number, Encoding.UTF8.GetBytes(Line(number, length))));

    private static string Line(ulong number, int length = 0) => $$"""{ "sequence": {{number}}, "message": "{{new string('x', length)}}" }""" + "\n";
}
