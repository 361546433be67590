using Mptcp.Native.Routing;

namespace Mptcp.ControlPlane.Server.State.Interfaces;

/// <summary>What has been told of an interface so far.</summary>
internal sealed class KnownInterface
{
    /// <summary>The interface; null while only addresses of it have been told, which then wait for it.</summary>
    public NetworkLink? Link { get; set; }

    /// <summary>Its addresses, and when each was told last.</summary>
    public OrderedDictionary<AddressKey, (InterfaceAddress Told, DateTimeOffset Time)> Addresses { get; } = [];

    /// <summary>The interface as it is now, with what is left of its addresses' lifetimes.</summary>
    /// <exception cref="InvalidOperationException">Only addresses of it have been told.</exception>
    public NetworkInterface AsOf(DateTimeOffset now) => new(
        Link ?? throw new InvalidOperationException("nothing but addresses is known of the interface"),
        [.. Addresses.Values.Select(known => AsOf(known, now))]);

    /// <summary>An address with what is left of its lifetimes.</summary>
    public static InterfaceAddress AsOf((InterfaceAddress Told, DateTimeOffset Time) known, DateTimeOffset now)
    {
        var (told, time) = known;
        return told is { ValidLifetime: null, PreferredLifetime: null } ? told : told with
        {
            ValidLifetime = Left(told.ValidLifetime, now - time),
            PreferredLifetime = Left(told.PreferredLifetime, now - time),
        };
    }

    private static TimeSpan? Left(TimeSpan? lifetime, TimeSpan passed)
        => lifetime is { } whole ? TimeSpan.FromSeconds(Math.Max(0, Math.Floor(whole.TotalSeconds) - Math.Floor(passed.TotalSeconds))) : null;
}
