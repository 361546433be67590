using Mptcp.Lab;

namespace Mptcp.Kernel.Tests.Support;

/// <summary>Bytes through a connection.</summary>
static class Traffic
{
    /// <summary>Sends a few bytes each way, which a connection needs to be fully established.</summary>
    public static Task ExchangeAsync(this ConnectedPair pair, CancellationToken cancellationToken) =>
        Transfer.ExchangeAsync(pair.Client, pair.Server, new TransferOptions { Length = 5 }, cancellationToken);

    /// <summary>Sends from the client until the paths have carried what is awaited: which subflow the kernel uses is its choice.</summary>
    public static Task LoadUntilAsync(this ConnectedPair pair, string what, Func<bool> condition, CancellationToken cancellationToken) =>
        LabWait.UntilAsync(
            what,
            async token =>
            {
                await Transfer.RunAsync(pair.Client, pair.Server, new TransferOptions { Length = 1_000_000 }, token);
                return condition();
            },
            TimeSpan.FromSeconds(20),
            cancellationToken);
}
