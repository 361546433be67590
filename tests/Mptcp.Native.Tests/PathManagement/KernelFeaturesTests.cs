using Mptcp.Native.PathManagement;

namespace Mptcp.Native.Tests.PathManagement;

public class KernelFeaturesTests
{
    [Fact]
    public void A_kernel_with_all_four_commands_has_a_userspace_path_manager()
        => Assert.True(With(8, 9, 10, 11).UserspacePathManager);

    [Theory]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(10)]
    [InlineData(11)]
    public void A_kernel_without_one_of_them_has_none(int missing)
        => Assert.False(With([.. new uint[] { 8, 9, 10, 11 }.Where(number => number != missing)]).UserspacePathManager);

    [Fact]
    public void A_command_is_known_by_its_number()
    {
        Assert.True(With(3).Has(PathManagerCommand.GetAddress));
        Assert.False(With(3).Has(PathManagerCommand.AddAddress));
    }

    private static KernelFeatures With(params uint[] commands) => new()
    {
        Enabled = true,
        PathManager = PathManagerType.Kernel,
        FamilyVersion = 1,
        Commands = [.. commands.Select(number => new KernelCommand(number, "", RequiresAdmin: true, CanDump: false, []))],
        Schedulers = [],
        PathManagers = [],
        CongestionControls = [],
    };
}
