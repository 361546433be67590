using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Mptcp.ControlPlane.Server.Policies.Revisions;
using Mptcp.ControlPlane.Server.Security.Audit;
using Mptcp.ControlPlane.Server.Security.Permissions;
using Mptcp.ControlPlane.Server.Telemetry;
using Mptcp.ControlPlane.Server.Tests.Support;

namespace Mptcp.ControlPlane.Server.Tests.Security.Audit;

/// <summary>A trail, with what it logs.</summary>
internal sealed class TrailUnderTest : IDisposable
{
    public static readonly AuditSource Root = new(
        new PolicyAuthor(PolicyAuthorKind.Process) { UserId = 0, ProcessId = 42, Command = "mptcpctl" }, "user:0", "unix",
        "/mptcp.control.v1.EndpointService/UpdateLimits", Permission.ChangeEndpoints, AccessRole.Administrator)
    {
        RequestId = "r-1",
    };

    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().AddSingleton<ServerMetrics>().BuildServiceProvider();
    private readonly ILoggerFactory _factory;

    public TrailUnderTest(AuditOptions? options = null, params IEnumerable<IAuditSink> sinks)
        : this(options, TimeProvider.System, sinks)
    {
    }

    public TrailUnderTest(AuditOptions? options, TimeProvider time, params IEnumerable<IAuditSink> sinks)
    {
        _factory = LoggerFactory.Create(logging => logging.AddProvider(Log));
        Trail = new AuditTrail(
            options ?? new AuditOptions(), sinks, last: 0, time, _services.GetRequiredService<ServerMetrics>(), _factory.CreateLogger<AuditTrail>());
    }

    public CollectedLog Log { get; } = new();

    public AuditTrail Trail { get; }

    /// <summary>An entry of which the message tells it from others.</summary>
    public static AuditRecord Entry(string message, AuditKind kind = AuditKind.Call)
        => new(kind, new DateTimeOffset(2030, 1, 1, 0, 0, 30, TimeSpan.Zero)) { Source = Root, Message = message, Size = 100 };

    /// <summary>What a line says of a field; empty where it does not.</summary>
    public static string Field(ReadOnlySpan<byte> line, string name)
    {
        using var document = JsonDocument.Parse(Encoding.UTF8.GetString(line));
        return document.RootElement.TryGetProperty(name, out var value) ? value.ToString() : "";
    }

    /// <summary>What the lines in memory say of a field, the oldest first.</summary>
    public IEnumerable<string> Fields(string name) => Trail.Before(ulong.MaxValue).Reverse().Select(line => Field(line.Line, name));

    public async Task FlushAsync() => await Trail.FlushAsync(TestContext.Current.CancellationToken);

    public void Dispose()
    {
        Trail.Dispose();
        _factory.Dispose();
        _services.Dispose();
    }
}
