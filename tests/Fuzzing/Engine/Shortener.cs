namespace Mptcp.Fuzzing.Engine;

/// <summary>Leaves out of an input whatever is not needed for what was found.</summary>
internal static class Shortener
{
    private const int MostTries = 2_000;

    /// <param name="finding">What was found.</param>
    /// <param name="take">Tries an input.</param>
    /// <returns>The same with a shorter input, or the finding itself.</returns>
    public static Finding Shorten(Finding finding, Func<byte[], Finding?> take)
    {
        var tries = 0;
        for (var length = finding.Input.Length / 2; length > 0; length /= 2)
        {
            for (var place = 0; place + length <= finding.Input.Length && tries < MostTries; tries++)
            {
                byte[] shorter = [.. finding.Input[..place], .. finding.Input[(place + length)..]];
                if (take(shorter) is { } same && Kind(same) == Kind(finding))
                    finding = same;
                else
                    place += length;
            }
        }

        return finding;
    }

    // The type of the exception, and where it was thrown.
    private static string Kind(Finding finding)
    {
        var lines = finding.Reason.Split('\n');
        return lines[0].Split(':')[0] + lines.FirstOrDefault(line => line.TrimStart().StartsWith("at ", StringComparison.Ordinal));
    }
}
