using Mptcp.Native.Interop;
using Mptcp.Native.Namespaces;

namespace Mptcp.Native.Tests.Namespaces;

public class NetworkNamespaceTests
{
    [Fact]
    public void The_own_namespace_runs_a_function_at_once()
    {
        var thread = NetworkNamespace.Own.Invoke(() => Environment.CurrentManagedThreadId);
        Assert.Equal(Environment.CurrentManagedThreadId, thread);
    }

    [Fact]
    public void The_own_namespace_has_a_name_to_show() => Assert.Equal("own", NetworkNamespace.Own.ToString());

    [Fact]
    public void A_namespace_is_found_by_its_path()
        => Assert.Equal("/proc/self/ns/net", NetworkNamespace.Find("/proc/self/ns/net").ToString());

    [Fact]
    public void A_name_is_looked_for_where_names_are_kept()
    {
        var exception = Assert.Throws<SystemCallException>(() => NetworkNamespace.Find("no-such-namespace"));
        Assert.Equal(Errno.NotFound, exception.Errno);
        Assert.Equal("cannot open /run/netns/no-such-namespace: ENOENT (No such file or directory)", exception.Message);
    }

    [Fact]
    public void A_path_that_leads_nowhere_is_refused()
    {
        var exception = Assert.Throws<SystemCallException>(() => NetworkNamespace.Find("/proc/self/ns/nosuch"));
        Assert.Equal(Errno.NotFound, exception.Errno);
    }

    [Fact]
    public void A_file_that_is_no_namespace_cannot_be_entered()
    {
        var exception = Assert.Throws<SystemCallException>(() => NetworkNamespace.Find("/proc/self/status").Invoke(() => 1));
        Assert.StartsWith("cannot enter the network namespace /proc/self/status", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_own_namespace_is_the_same_by_whatever_name()
    {
        var found = NetworkNamespace.Find("/proc/self/ns/net");
        Assert.Equal(NetworkNamespace.Own.Inode, found.Inode);
        Assert.Equal($"net:[{found.Inode}]", new FileInfo("/proc/self/ns/net").LinkTarget);
        // No capability is needed: nothing is entered.
        Assert.Equal(Environment.CurrentManagedThreadId, found.Invoke(() => Environment.CurrentManagedThreadId));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void A_name_is_needed(string? name) => Assert.ThrowsAny<ArgumentException>(() => NetworkNamespace.Find(name!));

    [Fact]
    public void A_function_is_needed()
        => Assert.Throws<ArgumentNullException>(() => NetworkNamespace.Own.Invoke<int>(null!));
}
