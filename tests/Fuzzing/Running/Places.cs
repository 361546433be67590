namespace Mptcp.Fuzzing.Running;

/// <summary>Where things are written, below the directory that the program is started in.</summary>
internal static class Places
{
    /// <summary>What was found.</summary>
    public static string Findings { get; } = Path.GetFullPath("artifacts/fuzz");

    /// <summary>The instrumented copy of the program.</summary>
    public static string Instrumented { get; } = Path.Combine(Findings, "program");

    /// <summary>The input that a harness takes at the moment.</summary>
    public static string CurrentInput(string harness) => Path.Combine(Findings, $"{harness}.current");
}
