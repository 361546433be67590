namespace Mptcp.ControlPlane.Server.Security.Audit;

/// <summary>Where the trail is written to. The trail's thread alone uses it.</summary>
internal interface IAuditSink : IDisposable
{
    /// <summary>Its name in messages: a path, or <c>the journal</c>.</summary>
    string Name { get; }

    /// <summary>What metrics call it: <c>file</c> or <c>journal</c>.</summary>
    string Kind { get; }

    /// <summary>Writes lines.</summary>
    /// <param name="lines">The lines, each with its end.</param>
    /// <returns>How many of them were written: all, or those before the failure.</returns>
    /// <param name="failure">Why not all were written; null where they were.</param>
    int Write(IReadOnlyList<AuditBatchLine> lines, out Exception? failure);

    /// <summary>Takes up again what it writes to, of which somebody may have put another in place.</summary>
    void Reopen();
}
