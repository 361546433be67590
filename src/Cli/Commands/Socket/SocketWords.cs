using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Cli.Commands;

/// <summary>All that the kernel tells of a socket, in the words of <c>ss(8)</c> and in its order; like it, nothing is said of what is 0.</summary>
static class SocketWords
{
    public static IEnumerable<string> Of(SocketInfo socket) =>
    [
        .. Common(socket),
        .. socket.TcpInfo is { } info ? TcpWords.Of(socket, info) : Congestion(socket),
        .. socket.UpperLayer.Length > 0 ? ["tcp-ulp-" + socket.UpperLayer] : Array.Empty<string>(),
        .. socket.Subflow is { } subflow ? MptcpWords.Of(subflow) : [],
        .. socket.MptcpInfo is { } mptcp ? MptcpWords.Of(mptcp) : [],
    ];

    /// <summary>A word with a number; none for 0.</summary>
    public static IEnumerable<string> Named(string name, ulong number) =>
        number == 0 ? [] : [string.Create(CultureInfo.InvariantCulture, $"{name}:{number}")];

    /// <summary>A word with a number in hexadecimal; none for 0.</summary>
    public static IEnumerable<string> NamedHexadecimal(string name, ulong number) =>
        number == 0 ? [] : [string.Create(CultureInfo.InvariantCulture, $"{name}:{number:x}")];

    /// <summary>A word with a time in milliseconds; none for zero or a time that is absent.</summary>
    public static IEnumerable<string> Named(string name, Duration? time) =>
        time is null or { Seconds: 0, Nanos: 0 } ? [] : [$"{name}:{Milliseconds(time)}"];

    /// <summary>A word with a time in whole milliseconds; none for less than one or a time that is absent.</summary>
    public static IEnumerable<string> NamedWhole(string name, Duration? time) => Named(name, (ulong)(time?.ToTimeSpan().TotalMilliseconds ?? 0));

    /// <summary>The name of the congestion control algorithm, where it is told.</summary>
    public static IEnumerable<string> Congestion(SocketInfo socket) => socket.CongestionControl.Length > 0 ? [socket.CongestionControl] : [];

    /// <summary>A time in milliseconds, with six digits that count.</summary>
    public static string Milliseconds(Duration time) => Short(time.ToTimeSpan().TotalMilliseconds);

    /// <summary>A number with six digits that count, as C's <c>%g</c> has it.</summary>
    public static string Short(double number) => number.ToString("G6", CultureInfo.InvariantCulture);

    static IEnumerable<string> Common(SocketInfo socket) =>
    [
        .. Timer(socket),
        .. Named("uid", socket.Uid),
        string.Create(CultureInfo.InvariantCulture, $"ino:{socket.Inode}"),
        string.Create(CultureInfo.InvariantCulture, $"sk:{socket.Cookie:x}"),
        .. Named("cgroup_id", socket.CgroupId),
        .. socket.HasIpv6Only ? [string.Create(CultureInfo.InvariantCulture, $"v6only:{(socket.Ipv6Only ? 1 : 0)}")] : Array.Empty<string>(),
        .. Shutdown(socket.Shutdown),
        .. socket.Mark == 0 ? Array.Empty<string>() : [string.Create(CultureInfo.InvariantCulture, $"fwmark:0x{socket.Mark:x}")],
        .. socket.Buffers is { } buffers ? [Buffers(buffers)] : Array.Empty<string>(),
        .. NamedHexadecimal("tos", socket.TypeOfService).Select(WithPrefix),
        .. NamedHexadecimal("tclass", socket.TrafficClass).Select(WithPrefix),
        .. NamedHexadecimal("class_id", socket.ClassId).Select(WithPrefix),
    ];

    static string WithPrefix(string word) => word.Replace(":", ":0x", StringComparison.Ordinal);

    static IEnumerable<string> Timer(SocketInfo socket)
    {
        if (socket.Timer == SocketTimer.Unspecified)
            yield break;
        var name = socket.Timer switch
        {
            SocketTimer.Retransmission => "on",
            SocketTimer.KeepAlive => "keepalive",
            SocketTimer.TimeWait => "timewait",
            SocketTimer.ZeroWindowProbe => "persist",
            _ => "unknown",
        };
        yield return string.Create(
            CultureInfo.InvariantCulture, $"timer:({name},{Expiry(socket.TimerExpires?.ToTimeSpan() ?? TimeSpan.Zero)},{socket.TimerRetries})");
    }

    // As ss has it: minutes without their milliseconds, and ten seconds or more without theirs.
    static string Expiry(TimeSpan time)
    {
        var (minutes, seconds, milliseconds) = ((long)time.TotalMinutes, time.Seconds, time.Milliseconds);
        var text = "";
        if (minutes > 0)
        {
            text = string.Create(CultureInfo.InvariantCulture, $"{minutes}min");
            (seconds, milliseconds) = (minutes > 9 ? 0 : seconds, 0);
        }

        if (seconds > 0)
        {
            milliseconds = seconds > 9 ? 0 : milliseconds;
            text += string.Create(CultureInfo.InvariantCulture, $"{seconds}{(milliseconds > 0 ? "." : "sec")}");
        }

        return milliseconds > 0 ? text + string.Create(CultureInfo.InvariantCulture, $"{milliseconds:000}ms") : text;
    }

    // An arrow for each direction that is open.
    static IEnumerable<string> Shutdown(ShutdownDirections directions) => directions switch
    {
        ShutdownDirections.Unspecified => [],
        ShutdownDirections.None => ["<->"],
        ShutdownDirections.Receive => ["-->"],
        ShutdownDirections.Send => ["<--"],
        _ => ["---"],
    };

    static string Buffers(BufferUse use)
    {
        var optional = (use.HasBacklog ? string.Create(CultureInfo.InvariantCulture, $",bl{use.Backlog}") : "")
            + (use.HasDrops ? string.Create(CultureInfo.InvariantCulture, $",d{use.Drops}") : "");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"skmem:(r{use.Receive},rb{use.ReceiveLimit},t{use.Transmit},tb{use.SendLimit},f{use.Forward},w{use.WriteQueued},o{use.Options}{optional})");
    }
}
