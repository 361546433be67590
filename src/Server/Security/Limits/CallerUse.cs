namespace Mptcp.ControlPlane.Server.Security.Limits;

/// <summary>What one caller takes. Guarded by its <see cref="CallerLedger"/>.</summary>
internal sealed class CallerUse
{
    /// <summary>How many streams it has open.</summary>
    public int Streams { get; set; }

    /// <summary>How many other calls it waits for.</summary>
    public int Calls { get; set; }

    /// <summary>How many requests it may make yet.</summary>
    public Allowance Requests { get; } = new();

    /// <summary>The time that the requests would have needed that there was no room for.</summary>
    public Arrears Refused { get; } = new();
}
