using Mptcp.Native.Privileges;

namespace Mptcp.Native.Tests.Privileges;

/// <summary>Sets of capabilities, and how /proc tells them.</summary>
public class CapabilitySetTests
{
    [Fact]
    public void Capabilities_have_the_kernels_numbers_and_names()
    {
        var set = CapabilitySet.Parse("000000c000281504");

        Assert.Equal("CAP_DAC_READ_SEARCH, CAP_SETPCAP, CAP_NET_BIND_SERVICE, CAP_NET_ADMIN, CAP_SYS_PTRACE, CAP_SYS_ADMIN, CAP_PERFMON, CAP_BPF", set.ToString());
        Assert.Equal(CapabilitySet.Of(Enum.GetValues<Capability>().Except([Capability.SetGid])), set);
        Assert.Equal("CAP_SETGID", CapabilitySet.NameOf(Capability.SetGid));
    }

    [Fact]
    public void One_that_this_program_has_no_name_for_has_its_number()
    {
        var set = CapabilitySet.Parse("8000000000000000");

        Assert.Equal("CAP_63", set.ToString());
        Assert.Equal((1, false), (set.Count, set.IsEmpty));
    }

    [Fact]
    public void Sets_are_cut_and_joined()
    {
        var (admin, both) = (CapabilitySet.Of(Capability.NetAdmin), CapabilitySet.Of(Capability.NetAdmin, Capability.Bpf));

        Assert.Equal(admin, both.And(admin));
        Assert.Equal(both, admin.Or(both));
        Assert.Equal(CapabilitySet.Of(Capability.Bpf), both.Without(admin));
        Assert.True(admin.Without(both).IsEmpty);
        Assert.True(both.Contains(Capability.Bpf));
        Assert.False(admin.Contains(Capability.Bpf));
    }

    [Fact]
    public void A_threads_privileges_are_what_its_status_says()
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, """
                Name:	mptcp-controld
                Uid:	1000	990	990	990
                Gid:	1000	991	991	991
                Groups:	4 27 
                CapInh:	0000000000001000
                CapPrm:	0000000000003000
                CapEff:	0000000000001000
                CapBnd:	000001ffffffffff
                CapAmb:	0000000000000000
                NoNewPrivs:	1
                """);

            var read = ThreadPrivileges.Read(file);

            Assert.Equal((990u, 991u, true), (read.UserId, read.GroupId, read.NoNewPrivileges));
            Assert.Equal([4u, 27u], read.Groups);
            Assert.Equal((CapabilitySet.Of(Capability.NetAdmin), "CAP_NET_ADMIN, CAP_NET_RAW"), (read.Effective, read.Permitted.ToString()));
            Assert.Equal((read.Effective, true, 41), (read.Inheritable, read.Ambient.IsEmpty, read.Bounding.Count));
        }
        finally
        {
            File.Delete(file);
        }
    }
}
