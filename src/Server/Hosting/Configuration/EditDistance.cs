namespace Mptcp.ControlPlane.Server.Hosting.Configuration;

/// <summary>How far words are from one another: Levenshtein's distance, without regard to case.</summary>
internal static class EditDistance
{
    /// <summary>How many letters must be put in, taken out or changed to make one word of the other.</summary>
    public static int Between(string one, string other)
    {
        var row = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var i = 1; i <= one.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= other.Length; j++)
            {
                var substitution = diagonal + (char.ToLowerInvariant(one[i - 1]) == char.ToLowerInvariant(other[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substitution, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }

    /// <summary>The word that is nearest to one that is wrong.</summary>
    public static string Nearest(string wrong, IEnumerable<string> words) => words.MinBy(word => Between(wrong, word))!;
}
