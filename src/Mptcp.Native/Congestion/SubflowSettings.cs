using Mptcp.Native.Interop;

namespace Mptcp.Native.Congestion;

/// <summary>How a subflow shall send; what is null stays as it is.</summary>
public sealed record SubflowSettings
{
    /// <summary>A <see cref="CongestionWindowClamp"/> that is as good as none.</summary>
    public const uint NoClamp = int.MaxValue;

    /// <summary>A <see cref="PacingRate"/> that lifts the limit.</summary>
    public const uint NoPacing = uint.MaxValue;

    /// <summary>The most characters that the name of a congestion control has.</summary>
    public const int LongestName = BpfHeaders.TCP_CA_NAME_MAX - 1;

    /// <summary>The name of a congestion control that the kernel has loaded.</summary>
    public string? CongestionControl
    {
        get;
        init
        {
            if (value is not null && !IsName(value))
                throw new ArgumentException($"\"{value}\" cannot be the name of a congestion control", nameof(value));
            field = value;
        }
    }

    /// <summary>
    /// The most segments that the congestion window may have, 1 to <see cref="NoClamp"/>. The slow start threshold becomes the same. A window
    /// that is larger shrinks when the next acknowledgement comes that would let it grow. The kernel does not tell the clamp.
    /// </summary>
    public uint? CongestionWindowClamp
    {
        get;
        init
        {
            if (value is 0 or > NoClamp)
                throw new ArgumentOutOfRangeException(nameof(value), value, $"a clamp is 1 to {NoClamp} segments");
            field = value;
        }
    }

    /// <summary>The most bytes a second to send, 1 or more; <see cref="NoPacing"/> for no limit.</summary>
    public uint? PacingRate
    {
        get;
        init
        {
            if (value is 0)
                throw new ArgumentOutOfRangeException(nameof(value), value, "a rate is 1 byte a second or more");
            field = value;
        }
    }

    /// <summary>Whether a text can be the name of a congestion control: 1 to <see cref="LongestName"/> visible ASCII characters.</summary>
    public static bool IsName(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length is > 0 and <= LongestName && text.All(character => character is > ' ' and <= '~');
    }
}
