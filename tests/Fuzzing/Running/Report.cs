using Mptcp.Fuzzing.Engine;

namespace Mptcp.Fuzzing.Running;

/// <summary>Tells what was found.</summary>
internal static class Report
{
    private const int MostLines = 12;

    /// <summary>Writes a finding to a file, and says what it is and how it is seen again.</summary>
    public static void Tell(Finding finding)
    {
        var file = Path.GetRelativePath(Environment.CurrentDirectory, finding.Save(Places.Findings));
        var reason = string.Join('\n', finding.Reason.Split('\n').Take(MostLines));
        Console.Error.WriteLine(
            $"{finding.Harness}: FOUND, {finding.Input.Length} bytes: {reason}\n{finding.Harness}: again with: make fuzz FUZZ=\"--replay {file}\"");
    }
}
