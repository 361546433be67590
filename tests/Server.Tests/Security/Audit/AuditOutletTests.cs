using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Mptcp.ControlPlane.Server.Security.Audit;
using Mptcp.ControlPlane.Server.Telemetry;

namespace Mptcp.ControlPlane.Server.Tests.Security.Audit;

public sealed class AuditOutletTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().AddSingleton<ServerMetrics>().BuildServiceProvider();

    public void Dispose() => _services.Dispose();

    [Fact]
    public void A_place_that_fails_slowly_is_left_alone_ten_times_as_long_unless_somebody_insists()
    {
        var sink = new SlowSink(_time) { IsFailing = true };
        using var outlet = new AuditOutlet(sink, _time, _services.GetRequiredService<ServerMetrics>(), NullLogger.Instance);
        List<AuditBatchLine> two = [Line(1), Line(2)];

        Assert.False(outlet.Write(two, missing: null, insists: false));
        _time.Advance(9 * SlowSink.Time);
        Assert.False(outlet.Write(two, missing: null, insists: false));
        Assert.Equal((1, 4ul), (sink.Tries, outlet.Missing!.Lost));
        Assert.False(outlet.Write(two, missing: null, insists: true));
        Assert.Equal((2, 6ul), (sink.Tries, outlet.Missing!.Lost));

        sink.IsFailing = false;
        _time.Advance(10 * SlowSink.Time);
        Assert.True(outlet.Write(two, missing: null, insists: false));
        Assert.Equal(3, sink.Tries);
        Assert.False(outlet.IsFailing);
        Assert.Null(outlet.Missing);
    }

    private static AuditBatchLine Line(ulong sequence) => new(TrailUnderTest.Entry("entry"), new StoredLine(sequence, [(byte)'\n']));

    /// <summary>Takes a second for everything.</summary>
    private sealed class SlowSink(FakeTimeProvider time) : IAuditSink
    {
        public static readonly TimeSpan Time = TimeSpan.FromSeconds(1);

        public string Name => "somewhere";

        public string Kind => "file";

        public bool IsFailing { get; set; }

        public int Tries { get; private set; }

        public int Write(IReadOnlyList<AuditBatchLine> lines, out Exception? failure)
        {
            Tries++;
            time.Advance(Time);
            failure = IsFailing ? new IOException("no space") : null;
            return IsFailing ? 0 : lines.Count;
        }

        public void Reopen()
        {
        }

        public void Dispose()
        {
        }
    }
}
