using Mptcp.Native.Interop;
using Mptcp.Native.Namespaces;
using Mptcp.Native.Netlink;
using Mptcp.Native.Sysctls;

namespace Mptcp.Native.Tests.Sysctls;

public class MptcpSysctlsTests
{
    private readonly MptcpSysctls _sysctls = new(NetworkNamespace.Own);

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("../core/somaxconn")]
    [InlineData("/proc/sys/net/core/somaxconn")]
    [InlineData("enabled\0")]
    [InlineData("enabled ")]
    [InlineData("no_such_setting")]
    public void A_name_that_is_no_setting_finds_nothing(string name) => Assert.Null(_sysctls.Find(name));

    [Theory]
    [InlineData("")]
    [InlineData("../core/somaxconn")]
    [InlineData("no/such")]
    [InlineData("enabled\0")]
    public void A_name_that_is_no_setting_is_not_written(string name)
    {
        var refusal = Assert.Throws<KernelRefusedException>(() => _sysctls.Set(name, "1"));
        Assert.Equal(Errno.NotFound, refusal.Errno);
        Assert.Equal($"net.mptcp.{name} = \"1\"", refusal.Operation);
    }

    [Fact]
    public void A_name_and_a_value_are_needed()
    {
        Assert.Throws<ArgumentNullException>(() => _sysctls.Find(null!));
        Assert.Throws<ArgumentNullException>(() => _sysctls.Set(null!, "1"));
        Assert.Throws<ArgumentNullException>(() => _sysctls.Set("enabled", null!));
    }
}
