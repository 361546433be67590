using System.Threading.Channels;

namespace Mptcp.ControlPlane.Server.Hosting.Supervision;

/// <summary>That somebody has asked for a reload. Those who ask before one has begun share it. Any thread may use it.</summary>
internal sealed class ReloadRequests
{
    private readonly Channel<bool> _asked = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Asks for one.</summary>
    public void Add() => _asked.Writer.TryWrite(true);

    /// <summary>Waits for the next.</summary>
    public async Task NextAsync(CancellationToken cancellation) => await _asked.Reader.ReadAsync(cancellation);
}
