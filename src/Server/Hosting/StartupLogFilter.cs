namespace Mptcp.ControlPlane.Server.Hosting;

/// <summary>
/// Decides what is logged: all of the daemon's own messages, and warnings of what it is built on. While it starts, the host
/// and Kestrel are silent: a failure to start is told once, in one line, and not also by each of them with a stack trace.
/// </summary>
internal sealed class StartupLogFilter
{
    private static readonly string[] TellOfFailedStarts = ["Microsoft.Extensions.Hosting.Internal.Host", "Microsoft.AspNetCore.Server.Kestrel"];

    // It logs, with its whole stack, what a caller sent that is no request; failures of calls are the interceptor's to tell.
    private const string TellsOfUnreadableRequests = "Grpc.AspNetCore.Server.ServerCallHandler";

    /// <summary>Whether the daemon has started.</summary>
    public bool Started { get; set; }

    public bool Includes(string? category, LogLevel level)
    {
        if (category?.StartsWith(nameof(Mptcp), StringComparison.Ordinal) == true)
            return level >= LogLevel.Information;
        return level >= LogLevel.Warning && category != TellsOfUnreadableRequests && (Started || !TellOfFailedStarts.Contains(category));
    }
}
