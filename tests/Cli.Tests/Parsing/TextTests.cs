using System.Net;
using CsCheck;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Cli.Parsing;
using SocketAddress = Mptcp.Control.V1.SocketAddress;

namespace Mptcp.ControlPlane.Cli.Tests.Parsing;

public sealed class TextTests
{
    static readonly Gen<string> Addresses = Gen.OneOf(
        Gen.Byte.Array[4].Select(bytes => new IPAddress(bytes).ToString()),
        Gen.Byte.Array[16].Select(bytes => new IPAddress(bytes).ToString()),
        // Long runs of zeros are what shortens IPv6.
        Gen.Byte[0, 1].Array[16].Select(bytes => new IPAddress(bytes).ToString()));

    [Fact]
    public void Every_token_can_be_read_as_it_is_shown_and_in_decimal() => Gen.UInt[1, uint.MaxValue].Sample(token =>
        new[] { TokenText.Format(token), $"{token}", $"0X{token:X}" }.All(text => TokenText.Parse(text) == token));

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("0x")]
    [InlineData("0x0")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData(" 1")]
    [InlineData("1.0")]
    [InlineData("ff")]
    [InlineData("0x 1")]
    [InlineData("4294967296")]
    public void What_is_no_token_is_refused(string text) => Assert.Throws<FormatException>(() => TokenText.Parse(text));

    [Fact]
    public void Every_duration_can_be_read_as_it_is_shown() =>
        Gen.Int[0, int.MaxValue].Select(milliseconds => TimeSpan.FromMilliseconds(milliseconds))
            .Sample(duration => DurationText.Parse(DurationText.Format(duration)) == duration);

    [Theory]
    [InlineData("500ms", 500)]
    [InlineData("2s", 2_000)]
    [InlineData("90s", 90_000)]
    [InlineData("1m", 60_000)]
    [InlineData("1m30s", 90_000)]
    [InlineData("1h2m3s4ms", 3_723_004)]
    [InlineData("0s", 0)]
    public void A_duration_is_numbers_with_units(string text, long milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), DurationText.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("s")]
    [InlineData("-1s")]
    [InlineData("1.5s")]
    [InlineData("1 s")]
    [InlineData("1S")]
    [InlineData("1d")]
    [InlineData("1s1m")]
    [InlineData("1s1s")]
    [InlineData("1s2")]
    [InlineData("2147483648s")]
    [InlineData("999999999h")]
    [InlineData("8760h1ms")]
    public void What_is_no_duration_is_refused(string text) => Assert.Throws<FormatException>(() => DurationText.Parse(text));

    [Fact]
    public void Every_address_can_be_read_as_it_is_shown() => Gen.Select(Addresses, Gen.UInt[0, 65535]).Sample((address, port) =>
    {
        var expected = new SocketAddress { Address = address, Port = port };
        return AddressText.Parse(AddressText.Format(expected)).Equals(expected)
            && (port == 0 || AddressText.ParseWithPort(AddressText.Format(expected)).Equals(expected))
            && AddressText.ParseAddress(address) == address;
    });

    [Theory]
    [InlineData("2001:DB8:0:0::1", "2001:db8::1", 0u)]
    [InlineData("[2001:db8::1]", "2001:db8::1", 0u)]
    [InlineData("[2001:db8::1]:443", "2001:db8::1", 443u)]
    [InlineData("::ffff:198.18.0.1", "::ffff:198.18.0.1", 0u)]
    [InlineData("198.18.0.1:1", "198.18.0.1", 1u)]
    public void An_address_is_read_into_its_canonical_form(string text, string address, uint port) =>
        Assert.Equal(new SocketAddress { Address = address, Port = port }, AddressText.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("localhost")]
    [InlineData("198.18.0.256")]
    [InlineData("198.18.1")]
    [InlineData("0x7f.0.0.1")]
    [InlineData("198.18.0.010")]
    [InlineData("1")]
    [InlineData("fe80::1%eth0")]
    [InlineData("[198.18.0.1]:80")]
    [InlineData("[2001:db8::1")]
    [InlineData("[2001:db8::1]80")]
    [InlineData("[2001:db8::1]:")]
    [InlineData("198.18.0.1:")]
    [InlineData("198.18.0.1:0")]
    [InlineData("198.18.0.1:65536")]
    [InlineData("198.18.0.1:+80")]
    [InlineData("198.18.0.1:80:80")]
    [InlineData(":80")]
    public void What_is_no_address_is_refused(string text) => Assert.Throws<FormatException>(() => AddressText.Parse(text));

    [Fact]
    public void No_address_is_shown_as_a_dash()
    {
        Assert.Equal("-", AddressText.Format(null));
        Assert.Equal("-", AddressText.Format(new SocketAddress { Port = 80 }));
    }

    [Fact]
    public void Every_type_of_event_can_be_read_as_a_word_and_by_its_full_name()
    {
        var names = EnumText.Names<EventType>();

        foreach (var value in EventReflection.Descriptor.EnumTypes.Single(type => type.Name == nameof(EventType)).Values.Skip(1))
        {
            var type = (EventType)value.Number;
            Assert.Equal(type, EnumText.Parse<EventType>(EnumText.Format(type), names));
            Assert.Equal(type, EnumText.Parse<EventType>(value.Name, names));
        }
    }

    [Theory]
    [InlineData("unspecified")]
    [InlineData("1")]
    [InlineData("")]
    public void What_is_no_type_of_event_is_refused(string text) =>
        Assert.Throws<FormatException>(() => EnumText.Parse<EventType>(text, EnumText.Names<EventType>()));
}
