namespace Mptcp.Native.Processes;

/// <summary>A process that holds a socket.</summary>
/// <param name="ProcessId">Its number, as the /proc that this process sees numbers it.</param>
/// <param name="Command">Its name (<c>/proc/PID/comm</c>): at most 15 bytes, and whatever the process has made of it.</param>
public sealed record SocketHolder(int ProcessId, string Command);
