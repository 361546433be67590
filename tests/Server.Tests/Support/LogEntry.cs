using Microsoft.Extensions.Logging;

namespace Mptcp.ControlPlane.Server.Tests.Support;

internal sealed record LogEntry(LogLevel Level, int EventId, string Message, Exception? Exception);
