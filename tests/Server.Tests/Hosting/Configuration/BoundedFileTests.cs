using Mptcp.ControlPlane.Server.Hosting.Configuration;
using Mptcp.ControlPlane.Server.Tests.Support;

namespace Mptcp.ControlPlane.Server.Tests.Hosting.Configuration;

public sealed class BoundedFileTests
{
    private const int Longest = 100_000;

    [Theory]
    [InlineData(0)]
    [InlineData(Longest)]
    public void A_file_of_no_more_than_it_may_have_is_read_whole(int length)
    {
        using var directory = new TemporaryDirectory();
        var content = Enumerable.Range(0, length).Select(number => (byte)number).ToArray();
        File.WriteAllBytes(directory.File("file"), content);
        Assert.Equal(content, BoundedFile.Read(directory.File("file"), Longest));
    }

    [Fact]
    public void One_byte_more_is_too_long()
    {
        using var directory = new TemporaryDirectory();
        File.WriteAllBytes(directory.File("file"), new byte[Longest + 1]);
        var failure = Assert.Throws<IOException>(() => BoundedFile.Read(directory.File("file"), Longest));
        Assert.Equal($"'{directory.File("file")}' is longer than {Longest} bytes", failure.Message);
    }

    [Fact]
    public void A_device_without_a_length_is_read_no_further_than_that()
        => Assert.Throws<IOException>(() => BoundedFile.Read("/dev/zero", Longest));
}
