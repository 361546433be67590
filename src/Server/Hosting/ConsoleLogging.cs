using Microsoft.Extensions.Logging.Console;

namespace Mptcp.ControlPlane.Server.Hosting;

/// <summary>The log: lines on the standard error, in the journal's own form when that reads them.</summary>
internal static class ConsoleLogging
{
    // systemd sets it for services whose output goes to the journal (systemd.exec(5)).
    private const string JournalVariable = "JOURNAL_STREAM";

    public static void AddDaemonLogging(this ILoggingBuilder logging, StartupLogFilter filter)
    {
        logging.AddFilter(filter.Includes);
        logging.Services.Configure<ConsoleLoggerOptions>(options => options.LogToStandardErrorThreshold = LogLevel.Trace);
        if (Environment.GetEnvironmentVariable(JournalVariable) is { Length: > 0 })
        {
            // The journal has a time for each line, and takes the level from its prefix: <6>.
            logging.AddSystemdConsole();
            return;
        }

        logging.AddSimpleConsole(options =>
        {
            options.SingleLine = true;
            options.ColorBehavior = LoggerColorBehavior.Disabled;
            options.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";
            options.UseUtcTimestamp = true;
        });
    }
}
