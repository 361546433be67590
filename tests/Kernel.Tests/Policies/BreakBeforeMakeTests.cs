using Mptcp.Control.V1;
using Mptcp.Kernel.Tests.Support;
using Mptcp.Lab;

namespace Mptcp.Kernel.Tests.Policies;

/// <summary>The only path goes before there is another, and a transfer outlives it.</summary>
public class BreakBeforeMakeTests
{
    const int Length = 3_000_000;

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [LabTheory]
    [InlineData(AddressKind.IPv4, false)]
    [InlineData(AddressKind.IPv4, true)]
    [InlineData(AddressKind.IPv6, false)]
    [InlineData(AddressKind.IPv6, true)]
    public async Task A_transfer_goes_on_over_a_path_that_comes_after_the_last_one_has_gone(AddressKind kind, bool deletes)
    {
        await using var room = await PolicyLab.CreateAsync();
        var (client, suffix) = (room.Lab.Client, kind == AddressKind.IPv6 ? "v6" : "");
        string On(int path) => $"{client.GetPath(path).Address(kind.InitialFamily())}/{(suffix.Length > 0 ? "64" : "24")} dev path{path}";
        await client.IpAsync($"address delete {On(2)}", Cancellation);
        var families = $"families: {(suffix.Length > 0 ? "ipv6" : "ipv4")}";
        await room.ApplyAsync(
            $"match: {{side: client}}, {families}", $"match: {{side: server}}, strategy: none, {families}, announce: [{{interfaces: path2}}]");
        var pair = await room.ConnectAsync(kind);
        // There is no way from here to the server's second address yet.
        await room.ExplainedAsync("the announcement", pair, end => end.Paths.Count == 2);

        var broken = false;
        var options = new TransferOptions
        {
            Length = Length,
            Window = 256 * 1024,
            BeforeChunk = async sent =>
            {
                if (broken || sent < Length / 3)
                    return;
                broken = true;
                if (deletes)
                    await client.IpAsync($"address delete {On(1)}", Cancellation);
                else
                    await client.CutPathAsync(1, Cancellation);
                await room.ExplainedAsync(
                    "the loss of the last", pair, end => end.Paths.Any(path => path.Reason.Contains("lost its address", StringComparison.Ordinal)));
                await client.IpAsync($"address add {On(2)}{(suffix.Length > 0 ? " nodad" : "")}", Cancellation);
            },
        };
        var transfer = Transfer.RunAsync(pair.Client, pair.Server, options, Cancellation);
        await LabWait.ForAsync("the end of the transfer", transfer, TimeSpan.FromSeconds(20));

        Assert.True(broken);
        // From an address that is gone the server's first address is out of reach, and so is the server's end of what ran from there.
        Assert.Contains($"2{suffix}>2{suffix}", PathNames.At(room.Client, pair.Client.Token), StringComparison.Ordinal);
        Assert.DoesNotContain($"1{suffix}>", PathNames.At(room.Client, pair.Client.Token), StringComparison.Ordinal);
        Assert.Equal(ConnectionState.Established, (await room.GetAsync(pair.Client.Token)).State);
    }
}
