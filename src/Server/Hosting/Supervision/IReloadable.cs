namespace Mptcp.ControlPlane.Server.Hosting.Supervision;

/// <summary>Something that can be read again while the daemon runs, when it is asked to reload (SIGHUP, <c>systemctl reload</c>).</summary>
internal interface IReloadable
{
    /// <summary>Reads it again. Where that fails, what held before goes on to hold.</summary>
    /// <exception cref="Exception">It failed; the message is a line for the log.</exception>
    Task ReloadAsync();
}
