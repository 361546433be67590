using Mptcp.ControlPlane.Server.Telemetry;

namespace Mptcp.ControlPlane.Server.Security.Audit;

/// <summary>Makes the audit trail.</summary>
internal static class AuditSetup
{
    /// <summary>Makes the trail that the options ask for, which goes on where its file ends.</summary>
    public static AuditTrail Create(AuditOptions options, IServiceProvider provider)
    {
        var logger = provider.GetRequiredService<ILogger<AuditTrail>>();
        return new AuditTrail(
            options, SinksOf(options), FindLast(options, logger), provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ServerMetrics>(), logger);
    }

    /// <summary>The files that the trail is written to; null for none.</summary>
    public static AuditFiles? FilesOf(AuditOptions options) => options.File is { } path ? new AuditFiles(path, options.Files) : null;

    private static IEnumerable<IAuditSink> SinksOf(AuditOptions options)
    {
        if (options.File is { } path)
            yield return new AuditFile(path, options.MaxBytes, options.Files);
        if (options.Journal)
            yield return new AuditJournal();
    }

    private static ulong FindLast(AuditOptions options, ILogger logger)
    {
        try
        {
            return FilesOf(options)?.FindLast() ?? 0;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            logger.AuditUnreadable(exception.Message);
            return 0;
        }
    }
}
