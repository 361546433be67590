using Microsoft.Extensions.Time.Testing;
using Mptcp.Native.Interop;
using Mptcp.Native.Processes;

namespace Mptcp.Native.Tests.Processes;

public sealed class CgroupsTests : IDisposable
{
    private static readonly CgroupAnswer None = new(Known: true, Path: null);

    private readonly TemporaryTree _tree = new();
    private readonly FakeTimeProvider _time = new();

    public void Dispose() => _tree.Dispose();

    [Fact]
    public void Cgroups_are_found_by_the_inodes_of_their_directories()
    {
        var root = _tree.MakeDirectory("cgroup");
        var slice = _tree.MakeDirectory("cgroup/system.slice");
        var service = _tree.MakeDirectory("cgroup/system.slice/x.service");
        var file = _tree.WriteFile("cgroup/system.slice/cgroup.procs", "1\n");
        var cgroups = Open(Mount(root));

        Assert.Equal("/", cgroups.FindPath(Inode(root)).Path);
        Assert.Equal("/system.slice", cgroups.FindPath(Inode(slice)).Path);
        Assert.Equal("/system.slice/x.service", cgroups.FindPath(Inode(service)).Path);
        Assert.False(cgroups.FindPath(Inode(file)).Known);
        Assert.Equal(1, cgroups.Walks);

        _time.Advance(Cgroups.WalkInterval);
        Assert.Equal(None, cgroups.FindPath(Inode(file)));
    }

    [Fact]
    public void A_part_of_the_hierarchy_has_the_path_that_it_has_in_the_whole()
    {
        var part = _tree.MakeDirectory("part");
        var child = _tree.MakeDirectory("part/child");
        var cgroups = Open(Mount(part, root: "/machine"));

        Assert.Equal("/machine", cgroups.FindPath(Inode(part)).Path);
        Assert.Equal("/machine/child", cgroups.FindPath(Inode(child)).Path);
    }

    [Fact]
    public void The_whole_hierarchy_goes_before_a_part_of_it_and_the_last_mount_before_others()
    {
        var part = _tree.MakeDirectory("part");
        var covered = _tree.MakeDirectory("covered");
        var whole = _tree.MakeDirectory("whole and more");
        var child = _tree.MakeDirectory("whole and more/child");
        var cgroups = Open(
            Mount(_tree.MakeDirectory("legacy"), type: "cgroup"),
            Mount(covered),
            Mount(whole.Replace(" ", "\\040", StringComparison.Ordinal)),
            Mount(part, root: "/machine"));

        Assert.Equal("/child", cgroups.FindPath(Inode(child)).Path);
        _time.Advance(Cgroups.WalkInterval);
        Assert.Equal(None, cgroups.FindPath(Inode(part)));
        _time.Advance(Cgroups.WalkInterval);
        Assert.Equal(None, cgroups.FindPath(Inode(covered)));
    }

    [Fact]
    public void A_storm_of_unknown_ids_costs_one_walk_in_an_interval()
    {
        var cgroups = Open(Mount(_tree.MakeDirectory("cgroup")));
        for (ulong id = 1; id <= 1000; id++)
            Assert.Equal(new CgroupAnswer(Known: id == 1, Path: null), cgroups.FindPath(ulong.MaxValue - id));
        Assert.Equal(1, cgroups.Walks);

        _time.Advance(Cgroups.WalkInterval);
        for (ulong id = 1; id <= 1000; id++)
            Assert.Equal(new CgroupAnswer(Known: id <= 2, Path: null), cgroups.FindPath(ulong.MaxValue - id));
        Assert.Equal(2, cgroups.Walks);
    }

    [Fact]
    public void An_id_that_was_looked_for_in_vain_is_not_looked_for_again()
    {
        var cgroups = Open(Mount(_tree.MakeDirectory("cgroup")));
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(None, cgroups.FindPath(ulong.MaxValue));
            _time.Advance(Cgroups.WalkInterval);
        }

        Assert.Equal(1, cgroups.Walks);
    }

    [Fact]
    public void A_new_cgroup_is_found_by_a_walk_that_is_due()
    {
        var root = _tree.MakeDirectory("cgroup");
        var cgroups = Open(Mount(root));
        Assert.Equal("/", cgroups.FindPath(Inode(root)).Path);
        var late = Inode(_tree.MakeDirectory("cgroup/late"));

        Assert.False(cgroups.FindPath(late).Known);
        _time.Advance(Cgroups.WalkInterval);
        Assert.Equal("/late", cgroups.FindPath(late).Path);
        Assert.Equal("/", cgroups.FindPath(Inode(root)).Path);
    }

    [Fact]
    public void A_deleted_cgroup_is_forgotten_with_the_next_walk()
    {
        var root = _tree.MakeDirectory("cgroup");
        var directory = _tree.MakeDirectory("cgroup/short-lived");
        var id = Inode(directory);
        var cgroups = Open(Mount(root));
        Assert.Equal("/short-lived", cgroups.FindPath(id).Path);
        Directory.Delete(directory);
        _time.Advance(Cgroups.WalkInterval);
        Assert.Equal(None, cgroups.FindPath(ulong.MaxValue));

        _time.Advance(Cgroups.WalkInterval);
        Assert.Equal(None, cgroups.FindPath(id));
    }

    [Fact]
    public void A_host_without_cgroup2_has_no_paths()
    {
        Assert.Equal(None, Open(Mount(_tree.Root, type: "cgroup"), "not a mount").FindPath(1));
        Assert.Equal(None, new Cgroups(_time, Path.Join(_tree.Root, "no-such-list")).FindPath(1));
        Assert.Equal(None, Open(Mount("/no/such/directory")).FindPath(1));
    }

    [Fact]
    public void A_hierarchy_that_is_mounted_later_is_found()
    {
        var root = _tree.MakeDirectory("cgroup");
        var cgroups = Open();
        Assert.Equal(None, cgroups.FindPath(ulong.MaxValue));
        Open(Mount(root));

        _time.Advance(Cgroups.WalkInterval);
        Assert.Equal("/", cgroups.FindPath(Inode(root)).Path);
    }

    private static string Mount(string directory, string root = "/", string type = "cgroup2")
        => $"41 31 0:38 {root} {directory} rw,relatime shared:9 - {type} cgroup2 rw,nsdelegate";

    private static ulong Inode(string path) => Libc.FindIdentity(path)!.Value.Inode;

    private Cgroups Open(params string[] mounts)
        => new(_time, _tree.WriteFile("mountinfo", string.Concat(mounts.Select(mount => mount + '\n'))));
}
