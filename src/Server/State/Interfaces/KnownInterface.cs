using Mptcp.Native.Routing;

namespace Mptcp.ControlPlane.Server.State.Interfaces;

/// <summary>What has been told of an interface so far.</summary>
internal sealed class KnownInterface
{
    /// <summary>The interface; null while only addresses of it have been told, which then wait for it.</summary>
    public NetworkLink? Link { get; set; }

    /// <summary>Its addresses, and the moment at which each was told last: a timestamp, which no change of the clock moves.</summary>
    public OrderedDictionary<AddressKey, (InterfaceAddress Told, long Moment)> Addresses { get; } = [];

    /// <summary>The interface as it is now, with what is left of its addresses' lifetimes.</summary>
    /// <exception cref="InvalidOperationException">Only addresses of it have been told.</exception>
    public NetworkInterface AsOfNow(TimeProvider time) => new(
        Link ?? throw new InvalidOperationException("nothing but addresses is known of the interface"),
        [.. Addresses.Values.Select(known => AsOfNow(known, time))]);

    /// <summary>An address with what is left of its lifetimes.</summary>
    public static InterfaceAddress AsOfNow((InterfaceAddress Told, long Moment) known, TimeProvider time)
    {
        var (told, moment) = known;
        if (told is { ValidLifetime: null, PreferredLifetime: null })
            return told;
        var passed = time.GetElapsedTime(moment);
        return told with
        {
            ValidLifetime = Left(told.ValidLifetime, passed),
            PreferredLifetime = Left(told.PreferredLifetime, passed),
        };
    }

    private static TimeSpan? Left(TimeSpan? lifetime, TimeSpan passed)
        => lifetime is { } whole ? TimeSpan.FromSeconds(Math.Max(0, Math.Floor(whole.TotalSeconds) - Math.Floor(passed.TotalSeconds))) : null;
}
