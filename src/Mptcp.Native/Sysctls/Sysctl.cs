namespace Mptcp.Native.Sysctls;

/// <summary>A setting below <c>net.mptcp</c>.</summary>
/// <param name="Name">Its name without the prefix.</param>
/// <param name="Value">Its value as the kernel shows it, without the line's end.</param>
/// <param name="ReadOnly">Whether nobody may write it.</param>
public sealed record Sysctl(string Name, string Value, bool ReadOnly);
