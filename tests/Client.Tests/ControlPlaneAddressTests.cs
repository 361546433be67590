using CsCheck;

namespace Mptcp.ControlPlane.Client.Tests;

public sealed class ControlPlaneAddressTests
{
    [Theory]
    [InlineData("unix:/run/mptcp-controld/control.sock", "/run/mptcp-controld/control.sock")]
    [InlineData("unix:///run/control.sock", "/run/control.sock")]
    [InlineData("unix:/tmp/with space:and colon", "/tmp/with space:and colon")]
    public void A_unix_address_names_the_path_of_a_socket(string text, string path)
    {
        var address = ControlPlaneAddress.Parse(text);

        Assert.Equal(path, address.SocketPath);
        Assert.Null(address.Uri);
        Assert.Equal("unix:" + path, address.ToString());
    }

    [Theory]
    [InlineData("http://127.0.0.1:50051", "http://127.0.0.1:50051/")]
    [InlineData("http://127.8.9.10:50051/", "http://127.8.9.10:50051/")]
    [InlineData("http://[::1]:50051", "http://[::1]:50051/")]
    [InlineData("http://localhost:50051", "http://localhost:50051/")]
    public void An_http_address_names_a_loopback_port(string text, string uri)
    {
        var address = ControlPlaneAddress.Parse(text);

        Assert.Equal(new Uri(uri), address.Uri);
        Assert.Null(address.SocketPath);
        Assert.Equal(uri.TrimEnd('/'), address.ToString());
    }

    [Theory]
    [InlineData("https://192.0.2.1:50051", "https://192.0.2.1:50051/")]
    [InlineData("https://[2001:db8::1]:50051/", "https://[2001:db8::1]:50051/")]
    [InlineData("https://control.example:50051", "https://control.example:50051/")]
    public void An_https_address_names_a_port_of_any_host(string text, string uri)
    {
        var address = ControlPlaneAddress.Parse(text);

        Assert.True(address.IsSecure);
        Assert.Equal(new Uri(uri), address.Uri);
        Assert.Equal(uri.TrimEnd('/'), address.ToString());
    }

    [Theory]
    [InlineData("http://192.0.2.1:50051")]
    [InlineData("http://[2001:db8::1]:50051")]
    [InlineData("http://0.0.0.0:50051")]
    [InlineData("http://control.example:50051")]
    [InlineData("http://localhost.example:50051")]
    public void Plain_text_http_to_another_host_is_refused(string text)
    {
        var error = Assert.Throws<FormatException>(() => ControlPlaneAddress.Parse(text));

        Assert.Equal(
            $"'{text}' is not an address of a daemon: plain-text http is for loopback addresses only (127.0.0.1, [::1], localhost)",
            error.Message);
    }

    [Theory]
    [InlineData("", "expected unix:/PATH")]
    [InlineData("/run/control.sock", "expected unix:/PATH")]
    [InlineData("127.0.0.1:50051", "expected unix:/PATH")]
    [InlineData("tcp://127.0.0.1:50051", "expected unix:/PATH")]
    [InlineData("https://host.example:50051/path", "more than a host and a port")]
    [InlineData("unix:control.sock", "absolute")]
    [InlineData("unix://host/control.sock/", "absolute")]
    [InlineData("unix:/", "absolute")]
    [InlineData("unix:/run\0/x", "absolute")]
    [InlineData("http://127.0.0.1:50051/path", "more than a host and a port")]
    [InlineData("http://user@127.0.0.1:50051", "more than a host and a port")]
    [InlineData("http://127.0.0.1:50051/#fragment", "more than a host and a port")]
    public void What_is_no_address_is_refused_with_what_would_be_right(string text, string expected)
    {
        Assert.False(ControlPlaneAddress.TryParse(text, out var address, out var error));
        Assert.Null(address);
        Assert.StartsWith($"'{text}' is not an address of a daemon: ", error, StringComparison.Ordinal);
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_path_may_be_as_long_as_the_kernel_takes_and_no_longer()
    {
        Assert.True(ControlPlaneAddress.TryParse("unix:/" + new string('x', 106), out _, out _));
        Assert.False(ControlPlaneAddress.TryParse("unix:/" + new string('x', 107), out _, out var error));
        Assert.Contains("at most 107 bytes", error, StringComparison.Ordinal);
        // Bytes, not characters.
        Assert.False(ControlPlaneAddress.TryParse("unix:/" + new string('é', 54), out _, out _));
    }

    [Fact]
    public void Every_address_can_be_read_again() => Gen.String[Gen.Char['a', 'z'], 1, 40].Array[1, 2]
        .Select(names => "unix:/" + string.Join('/', names))
        .Sample(text => ControlPlaneAddress.Parse(ControlPlaneAddress.Parse(text).ToString()) == ControlPlaneAddress.Parse(text));

    [Fact]
    public void The_default_is_an_address() =>
        Assert.Equal("/run/mptcp-controld/control.sock", ControlPlaneAddress.Parse(ControlPlaneAddress.Default).SocketPath);
}
