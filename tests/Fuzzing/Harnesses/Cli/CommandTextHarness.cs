using Mptcp.Control.V1;
using Mptcp.ControlPlane.Cli.Parsing;
using Mptcp.ControlPlane.Client;
using Mptcp.Fuzzing.Engine;

namespace Mptcp.Fuzzing.Harnesses.Cli;

/// <summary>The texts that arguments of mptcpctl are: addresses, tokens, prefixes with ports, flags, states, settings.</summary>
internal sealed class CommandTextHarness() : Harness("command-texts")
{
    public override IReadOnlyList<byte[]> Seeds { get; } = Bytes(
        "198.18.0.1", "198.18.0.1:443", "[2001:db8::1]:443", "2001:db8::1", "::ffff:198.18.0.1", "0x3b54798d", "12345", "198.18.0.0/15:1-2",
        "[2001:db8::/32]:443", ":1000-2000", "signal,subflow,backup", "established", "syn-sent", "pm_type=1", "unix:/run/x.sock",
        "http://127.0.0.1:7600", "http://[::1]:1");

    public override IReadOnlyList<byte[]> Words { get; } = Bytes(
        ":", "::", "[", "]", "/", "-", "=", ",", "%", "%1", "0x", "0", "65535", "65536", "4294967295", "4294967296", "/0", "/32", "/128", "/129",
        "unix:", "unix://", "http://", "@", "?", "#", "*", "ffff", " ", "\0", "١", "fullmesh", "listening", "all");

    public override void Take(byte[] input)
    {
        var text = Text(input);
        Check(() => AddressText.Parse(text), address => Same(address, AddressText.Parse(AddressText.Format(address))));
        Check(() => AddressText.ParseWithPort(text), address => Same(address, AddressText.ParseWithPort(AddressText.Format(address))));
        Check(() => AddressText.ParseAddress(text), address => Same(address, AddressText.ParseAddress(address)));
        Check(() => TokenText.Parse(text), token => Same(token, TokenText.Parse(TokenText.Format(token))));
        Check(() => EndPattern.Parse(text), pattern => Same(pattern.Prefix, EndPattern.Parse(pattern.Prefix).Prefix));
        Check(() => EndpointFlagText.Parse(text), flags => Same(EndpointFlagText.Format(flags), EndpointFlagText.Format(EndpointFlagText.Parse(EndpointFlagText.Format(flags)))));
        Check(() => SocketStateText.Parse(text), state => BrokenPromiseException.Unless(state != default, "a state is one"));
        Check(() => SysctlText.Parse(text), setting => Same(text, $"{setting.Name}={setting.Value}"));
        Check(() => NumberText.Parse(text, 0, ulong.MaxValue), number => Same(number, NumberText.Parse(NumberText.Format(number), 0, ulong.MaxValue)));
        Check(() => EnumText.Parse<SubflowState>(text, EnumText.Names<SubflowState>()), state => Same(state, EnumText.Parse<SubflowState>(EnumText.Format(state), EnumText.Names<SubflowState>())));
        Check(() => ControlPlaneAddress.Parse(text), address => Same(address, ControlPlaneAddress.Parse(address.ToString())));
    }

    private static void Check<T>(Func<T> parse, Action<T> isKept)
    {
        T value;
        try
        {
            value = parse();
        }
        catch (FormatException exception)
        {
            BrokenPromiseException.Unless(exception.Message.Length > 0, "a refusal has words");
            return;
        }

        isKept(value);
    }

    private static void Same<T>(T expected, T actual)
        => BrokenPromiseException.Unless(EqualityComparer<T>.Default.Equals(expected, actual), $"{expected} is shown and read as {actual}");
}
