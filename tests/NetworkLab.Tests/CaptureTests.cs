namespace Mptcp.Lab.Tests;

public class CaptureTests
{
    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [LabFact]
    public async Task A_capture_has_what_came_and_what_went_in_order_with_its_interface_and_time()
    {
        await using var lab = await NetworkLab.CreateAsync(paths: 2, cancellationToken: Cancellation);
        using var capture = PacketCapture.Start(lab.Client, packets: 200);
        var before = Now();
        using var pair = await lab.ConnectAsync(path: 2, cancellationToken: Cancellation);
        var after = Now();

        var path = lab.Client.GetPath(2);
        var packets = capture.Read().Where(packet => packet.InterfaceIndex == path.InterfaceIndex && IsTcp(packet)).ToList();
        Assert.Equal([true, false, true], packets.Take(3).Select(packet => packet.IsOutgoing)); // the three of a handshake
        Assert.All(packets, packet => Assert.Equal(packet.IsOutgoing ? path.IPv4 : path.PeerIPv4, new System.Net.IPAddress(packet.Bytes.AsSpan(12, 4))));
        Assert.All(packets, packet => Assert.InRange(packet.Nanoseconds, before, after));
        Assert.Equal(packets.OrderBy(packet => packet.Nanoseconds), packets);
    }

    [LabFact]
    public async Task A_capture_that_more_came_than_fits_into_is_refused()
    {
        await using var lab = await NetworkLab.CreateAsync(paths: 1, cancellationToken: Cancellation);
        using var pair = await lab.ConnectAsync(cancellationToken: Cancellation);
        using var capture = PacketCapture.Start(lab.Client, packets: 1);

        await Transfer.RunAsync(pair.Client, pair.Server, new TransferOptions { Length = 50_000_000 }, Cancellation);

        var refusal = Assert.Throws<InvalidOperationException>(capture.Read);
        Assert.Contains("packets more came than", refusal.Message, StringComparison.Ordinal);
    }

    static bool IsTcp(CapturedPacket packet) => packet.Bytes is [0x45, ..] and { Length: > 20 } && packet.Bytes[9] == 6; // IPv4, IPPROTO_TCP

    static long Now() => (DateTime.UtcNow - DateTime.UnixEpoch).Ticks * 100;
}
