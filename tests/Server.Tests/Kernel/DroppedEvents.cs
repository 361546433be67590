using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Mptcp.Lab;

namespace Mptcp.ControlPlane.Server.Tests.Kernel;

/// <summary>
/// Has a host's kernel tell more than a small buffer holds, while the loop waits for an answer of the kernel: what is told then
/// is heard after it.
/// </summary>
internal sealed class DroppedEvents : IDisposable
{
    /// <summary>Room for some ten events.</summary>
    public const int SmallestBuffer = 4096;

    private const int MoreThanTheBufferHolds = 40;

    private readonly LabHost _host;
    private readonly MeterListener _listener = new();
    private volatile Action? _atRequest;

    public DroppedEvents(IServiceProvider services, LabHost host)
    {
        _host = host;
        var factory = services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Scope == factory && instrument.Name == "mptcp.kernel.requests")
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((_, _, _, _) => _atRequest?.Invoke());
        _listener.Start();
    }

    /// <summary>What to do after each request to the kernel, on the thread that made it; null for nothing.</summary>
    public Action? AtRequest
    {
        set => _atRequest = value;
    }

    /// <summary>Has some dropped.</summary>
    public void Drop()
    {
        for (var i = 0; i < MoreThanTheBufferHolds; i++)
            MptcpListener.Open(_host, new IPEndPoint(IPAddress.Any, 0)).Dispose();
    }

    public void Dispose() => _listener.Dispose();
}
