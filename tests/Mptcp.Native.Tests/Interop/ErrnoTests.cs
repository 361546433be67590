using Mptcp.Native.Interop;

namespace Mptcp.Native.Tests.Interop;

public class ErrnoTests
{
    [Theory]
    [InlineData(1, "EPERM")]
    [InlineData(2, "ENOENT")]
    [InlineData(11, "EAGAIN")]
    [InlineData(22, "EINVAL")]
    [InlineData(34, "ERANGE")]
    [InlineData(35, "EDEADLK")]
    [InlineData(40, "ELOOP")]
    [InlineData(42, "ENOMSG")]
    [InlineData(57, "EBADSLT")]
    [InlineData(59, "EBFONT")]
    [InlineData(75, "EOVERFLOW")]
    [InlineData(95, "EOPNOTSUPP")]
    [InlineData(103, "ECONNABORTED")]
    [InlineData(104, "ECONNRESET")]
    [InlineData(110, "ETIMEDOUT")]
    [InlineData(111, "ECONNREFUSED")]
    [InlineData(113, "EHOSTUNREACH")]
    [InlineData(125, "ECANCELED")]
    [InlineData(132, "ERFKILL")]
    [InlineData(133, "EHWPOISON")]
    public void Errors_have_the_names_of_the_header(int number, string name) => Assert.Equal(name, new Errno(number).Name);

    [Theory]
    [InlineData(0, "E0")]
    [InlineData(41, "E41")]
    [InlineData(58, "E58")]
    [InlineData(134, "E134")]
    [InlineData(524, "E524")]
    [InlineData(-1, "E-1")]
    public void Errors_without_a_name_are_told_by_their_number(int number, string name) => Assert.Equal(name, new Errno(number).Name);

    [Fact]
    public void An_error_is_shown_with_its_meaning() => Assert.Equal("ENOENT (No such file or directory)", Errno.NotFound.ToString());

    [Fact]
    public void The_errors_with_a_property_have_their_numbers() => Assert.Equal(
        [
            "EPERM", "ENOENT", "ESRCH", "EINTR", "EAGAIN", "EACCES", "EBUSY", "EEXIST", "ENODEV", "EINVAL", "ENOSPC", "ERANGE",
            "EPROTONOSUPPORT", "EOPNOTSUPP", "EADDRINUSE", "EADDRNOTAVAIL", "ENOBUFS", "ENOTCONN",
        ],
        new[]
        {
            Errno.NotPermitted, Errno.NotFound, Errno.NoSuchProcess, Errno.Interrupted, Errno.TryAgain, Errno.AccessDenied, Errno.Busy,
            Errno.Exists, Errno.NoSuchDevice, Errno.Invalid, Errno.NoSpace, Errno.OutOfRange, Errno.ProtocolNotSupported,
            Errno.NotSupported, Errno.AddressInUse, Errno.AddressNotAvailable, Errno.NoBuffers, Errno.NotConnected,
        }.Select(errno => errno.Name));
}
