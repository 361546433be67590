namespace Mptcp.Native.Netlink;

/// <summary>A listing changed while it was read, every time it was tried; no part of it is handed over.</summary>
/// <param name="operation">What was listed.</param>
/// <param name="attempts">How often it was tried.</param>
public sealed class DumpInterruptedException(string operation, int attempts)
    : IOException($"{operation} changed while it was being read, {attempts} times in a row")
{
    /// <summary>How often it was tried.</summary>
    public int Attempts { get; } = attempts;
}
