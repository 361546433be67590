using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.Kernel.Tests.Support;
using Mptcp.Lab;

namespace Mptcp.Kernel.Tests.Privileges;

/// <summary>Addresses announced at a port below 1024, where the daemon itself may not listen.</summary>
public sealed class LowPortTests
{
    const int Port = 80;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [LabFact]
    public async Task Where_an_application_listens_nothing_is_missing()
    {
        await using var lab = await NetworkLab.CreateAsync(paths: 2, PathManagerKind.Userspace, Cancellation);
        await using var daemon = await DaemonProcess.StartAsync(lab.Server);
        using var pair = await lab.ConnectAsync(port: Port, cancellationToken: Cancellation);
        var response = await daemon.Client.Connections.AnnounceAddressAsync(Announce(lab, pair), cancellationToken: Cancellation);
        Assert.False(response.Listening);
    }

    [LabFact]
    public async Task Where_nobody_does_the_refusal_says_why()
    {
        await using var lab = await NetworkLab.CreateAsync(paths: 2, PathManagerKind.Userspace, Cancellation);
        await using var daemon = await DaemonProcess.StartAsync(lab.Server);
        using var pair = await lab.ConnectAsync(port: Port, cancellationToken: Cancellation);
        pair.Listener.Dispose();
        var refusal = await Assert.ThrowsAsync<RpcException>(async () =>
            await daemon.Client.Connections.AnnounceAddressAsync(Announce(lab, pair), cancellationToken: Cancellation));
        Assert.Contains("EACCES", refusal.Status.Detail, StringComparison.Ordinal);
        Assert.Contains("nothing was announced", refusal.Status.Detail, StringComparison.Ordinal);
    }

    static AnnounceAddressRequest Announce(NetworkLab lab, ConnectedPair pair) => new()
    {
        Token = pair.Server.Token,
        Address = new SocketAddress { Address = lab.Server.GetPath(2).IPv4.ToString() },
        AddressId = 8,
        Listen = true,
    };
}
