using Mptcp.Native.Netlink;
using Mptcp.Native.PathManagement;
using Mptcp.Native.Tests.Netlink.Bytes;
using Mptcp.Native.Tests.ScriptedKernel;
using static Mptcp.Native.Tests.ScriptedKernel.KernelMessages;

namespace Mptcp.Native.Tests.Netlink;

public class FamilyTests
{
    [Fact]
    public void A_family_is_found_with_its_commands_and_groups()
    {
        var kernel = KernelScript.WithPathManager();
        using var channel = new RequestChannel(kernel);
        var family = GenericNetlinkController.Find(channel, "mptcp_pm");

        Assert.NotNull(family);
        Assert.Equal(28, family.Id);
        Assert.Equal(1u, family.Version);
        Assert.Equal(Enumerable.Range(1, 11), family.Operations.Select(operation => (int)operation.Number));
        Assert.Equal([3u], family.Operations.Where(operation => operation.CanDump).Select(operation => operation.Number));
        Assert.Equal([3u, 6u], family.Operations.Where(operation => !operation.RequiresAdmin).Select(operation => operation.Number));
        Assert.Equal(2, family.Groups.Count);
        Assert.Equal(8u, family.Groups["mptcp_pm_cmds"]);
        Assert.Equal(9u, family.Groups["mptcp_pm_events"]);
        kernel.AssertFinished();
    }

    [Fact]
    public void A_family_that_the_kernel_does_not_have_is_null()
    {
        var kernel = new KernelScript().ExpectAny(FamilyBytes.Missing);
        using var channel = new RequestChannel(kernel);
        Assert.Null(GenericNetlinkController.Find(channel, "mptcp_pn"));
    }

    [Fact]
    public void A_search_that_is_refused_for_another_reason_is_not_taken_for_a_missing_family()
    {
        var kernel = new KernelScript().ExpectAny(Refuse(1, 1));
        using var channel = new RequestChannel(kernel);
        Assert.Throws<KernelRefusedException>(() => GenericNetlinkController.Find(channel, "mptcp_pm"));
    }

    [Fact]
    public void Without_the_family_there_is_no_path_manager_and_the_socket_is_closed()
    {
        var kernel = new KernelScript().Expect(FamilyBytes.Get, FamilyBytes.Missing);
        var exception = Assert.Throws<MptcpUnavailableException>(() => new PathManager(kernel));
        Assert.Contains("CONFIG_MPTCP", exception.Message, StringComparison.Ordinal);
        Assert.True(kernel.IsDisposed);
    }

    [Fact]
    public void A_family_without_a_number_has_no_sense()
    {
        var kernel = new KernelScript().ExpectAny(
            Message(16, 0, 1, GenericHeader(1, version: 2), Attribute(2, "mptcp_pm\0"u8.ToArray())), FamilyBytes.End);
        var exception = Assert.Throws<NetlinkFormatException>(() => new PathManager(kernel));
        Assert.Equal("family: the attribute FAMILY_ID is missing", exception.Message);
        Assert.True(kernel.IsDisposed);
    }

    [Fact]
    public void Requests_go_to_the_number_and_version_that_the_family_has()
    {
        var kernel = new KernelScript()
            .ExpectAny(
                Message(16, 0, 1, GenericHeader(1, version: 2), Attribute(1, Number((ushort)0x4321)), Attribute(3, Number(7u))),
                FamilyBytes.End)
            .ExpectAny(Acknowledge(2));
        kernel.Run(manager => manager.FlushEndpoints());
        Assert.Equal([0x21, 0x43], kernel.Requests[1][4..6]);
        Assert.Equal(7, kernel.Requests[1][17]);
    }

    [Fact]
    public void A_kernel_without_commands_and_groups_is_described_as_such()
    {
        var kernel = new KernelScript().ExpectAny(
            Message(16, 0, 1, GenericHeader(1, version: 2), Attribute(1, Number((ushort)28)), Attribute(3, Number(1u))), FamilyBytes.End);
        using var channel = new RequestChannel(kernel);
        var family = GenericNetlinkController.Find(channel, "mptcp_pm");
        Assert.NotNull(family);
        Assert.Empty(family.Operations);
        Assert.Empty(family.Groups);
    }
}
