using System.Runtime.InteropServices;
using System.Text;
using Mptcp.Native.Congestion;
using Mptcp.Native.Congestion.Programs;
using Mptcp.Native.Interop;

namespace Mptcp.Native.Tests.Congestion;

/// <summary>What the program and this process tell each other, where the program expects it.</summary>
public sealed class TuningCellTests
{
    [Fact]
    public void What_is_wanted_stands_where_the_program_reads_it()
    {
        var cell = TuningCell.Of(new SubflowSettings { CongestionControl = "cubic", CongestionWindowClamp = 7, PacingRate = 1_250_000 });
        var bytes = MemoryMarshal.AsBytes(new ReadOnlySpan<TuningCell>(in cell));

        Assert.Equal(40, bytes.Length);
        Assert.Equal(7u, MemoryMarshal.Read<uint>(bytes[TuningCell.WantedOffset..]));
        Assert.Equal(0u, MemoryMarshal.Read<uint>(bytes[TuningCell.SeenOffset..]));
        Assert.Equal(7u, MemoryMarshal.Read<uint>(bytes[TuningCell.ClampOffset..]));
        Assert.Equal(1_250_000u, MemoryMarshal.Read<uint>(bytes[TuningCell.PacingOffset..]));
        Assert.Equal("cubic\0\0\0\0\0\0\0\0\0\0\0", Encoding.ASCII.GetString(bytes[TuningCell.NameOffset..TuningCell.RefusedOffset]));
    }

    [Fact]
    public void What_is_not_wanted_is_not_set()
    {
        Assert.Equal((uint)TuningOption.CongestionControl, TuningCell.Of(new SubflowSettings { CongestionControl = "reno" }).Wanted);
        Assert.Equal((uint)TuningOption.CongestionWindowClamp, TuningCell.Of(new SubflowSettings { CongestionWindowClamp = 1 }).Wanted);
        Assert.Equal((uint)TuningOption.PacingRate, TuningCell.Of(new SubflowSettings { PacingRate = SubflowSettings.NoPacing }).Wanted);
        Assert.Equal(0u, TuningCell.Of(new SubflowSettings()).Wanted);
    }

    [Fact]
    public void What_came_of_it_is_read_where_the_program_writes_it()
    {
        Assert.Equal(new TuningOutcome.Gone(), Read(seen: 0, refused: 0, error: 0).ToOutcome());
        Assert.Equal(new TuningOutcome.Done(), Read(seen: 1, refused: 0, error: 0).ToOutcome());
        Assert.Equal(
            new TuningOutcome.Refused(TuningOption.CongestionControl, Errno.NotFound),
            Read(seen: 1, refused: (uint)TuningOption.CongestionControl, error: -2).ToOutcome());
    }

    [Theory]
    [InlineData("")]
    [InlineData("sixteen-letters-")]
    [InlineData("a b")]
    [InlineData("réno")]
    public void What_the_kernel_could_not_read_is_refused(string name)
    {
        Assert.False(SubflowSettings.IsName(name));
        Assert.Throws<ArgumentException>(() => new SubflowSettings { CongestionControl = name });
    }

    [Fact]
    public void Numbers_that_the_kernel_would_take_for_others_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new SubflowSettings { CongestionWindowClamp = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new SubflowSettings { CongestionWindowClamp = SubflowSettings.NoClamp + 1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new SubflowSettings { PacingRate = 0 });
    }

    private static TuningCell Read(uint seen, uint refused, int error)
    {
        var bytes = new byte[40];
        MemoryMarshal.Write(bytes.AsSpan(TuningCell.SeenOffset), seen);
        MemoryMarshal.Write(bytes.AsSpan(TuningCell.RefusedOffset), refused);
        MemoryMarshal.Write(bytes.AsSpan(TuningCell.ErrorOffset), error);
        return MemoryMarshal.Read<TuningCell>(bytes);
    }
}
