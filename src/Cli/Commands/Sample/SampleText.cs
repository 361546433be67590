using System.Globalization;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Cli.Parsing;

namespace Mptcp.ControlPlane.Cli.Commands;

/// <summary>
/// Samples for people: under a heading a line per subflow in columns that grow as they must, and remarks that begin with dashes.
/// </summary>
sealed class SampleText
{
    static readonly string[] Heading = ["TIME", "TOKEN", "LOCAL", "REMOTE", "IDS", "SEND", "RECEIVE", "RETRANS", "RTT", "CWND"];

    // From here on the columns are numbers, which stand at their right.
    const int FirstNumber = 5;

    // As wide as most of their cells; addresses are not known before.
    readonly int[] _widths =
    [
        "0000-00-00T00:00:00.000Z".Length, "0x00000000".Length, "198.18.100.100:65535".Length, "198.18.100.100:65535".Length, 3,
        "9.99 Mbit/s".Length, "9.99 Mbit/s".Length, "RETRANS".Length, "99.999ms".Length, "CWND".Length,
    ];

    bool _hasHeading;
    bool _isContinued;

    public IEnumerable<string> Lines(SampleResponse sample)
    {
        if (!_hasHeading)
        {
            _hasHeading = true;
            yield return Align(Heading);
        }

        if (sample.Coalesced > 0 && !_isContinued)
            yield return sample.Coalesced == 1 ? "-- 1 sample was left out" : $"-- {NumberText.Format(sample.Coalesced)} samples were left out";
        _isContinued = sample.Continued;
        var time = sample.Time?.ToDateTime().ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture) ?? "-";
        foreach (var connection in sample.Connections)
        {
            var token = TokenText.Format(connection.Token);
            foreach (var subflow in connection.Subflows)
                yield return Line(time, token, subflow);
            if (connection.Subflows.Count == 0)
                yield return Align([time, token, "-", "-", "-", .. Rates(connection.Rates), "-", "-", "-"]);
            foreach (var ended in connection.EndedSubflows)
                yield return $"-- the subflow {AddressText.Format(ended.Local)} -> {AddressText.Format(ended.Remote)} of {token} is over";
        }

        foreach (var ended in sample.EndedConnections)
            yield return $"-- the connection {TokenText.Format(ended.Token)} is over";
    }

    string Line(string time, string token, SampledSubflow subflow) => Align(
    [
        time,
        token,
        AddressText.Format(subflow.Local),
        AddressText.Format(subflow.Remote),
        string.Create(CultureInfo.InvariantCulture, $"{subflow.Subflow?.LocalId ?? 0}/{subflow.Subflow?.RemoteId ?? 0}"),
        .. Rates(subflow.Rates),
        subflow.Delta is { HasRetransmissions: true } delta ? NumberText.Format(delta.Retransmissions) : "-",
        subflow.Info?.RoundTripTime is { } roundTrip ? SocketWords.Milliseconds(roundTrip) + "ms" : "-",
        subflow.Info is { } info ? NumberText.Format(info.CongestionWindow) : "-",
    ]);

    static string[] Rates(TrafficRates? rates) =>
    [
        rates is { HasBytesSent: true } ? RateText.Format(rates.BytesSent) : "-",
        rates is { HasBytesReceived: true } ? RateText.Format(rates.BytesReceived) : "-",
    ];

    string Align(IEnumerable<string> cells)
    {
        var line = "";
        foreach (var (i, cell) in cells.Index())
        {
            _widths[i] = Math.Max(_widths[i], cell.Length);
            line += (i < FirstNumber ? cell.PadRight(_widths[i]) : cell.PadLeft(_widths[i])) + "  ";
        }

        return line.TrimEnd();
    }
}
