namespace Mptcp.ControlPlane.Server.Security.Audit;

/// <summary>A line of the trail on its way to where it is written.</summary>
/// <param name="Record">What it says.</param>
/// <param name="Stored">The line.</param>
internal sealed record AuditBatchLine(AuditRecord Record, StoredLine Stored);
