using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace Mptcp.ControlPlane.Server.Policies.Model.Validation;

/// <summary>What checks of the objects of a document have in common.</summary>
/// <param name="path">The object's place in the document.</param>
/// <param name="problems">Receives what is wrong.</param>
internal abstract partial class ObjectChecks(string path, List<PolicyProblem> problems)
{
    protected void CheckName(string key, string name)
    {
        if (name.Length == 0)
            Add(key, "is required");
        else if (!Name.IsMatch(name))
            Add(key, $"must be 1 to 63 letters, digits, dots, hyphens and underscores, a letter or digit first, and is \"{name}\"");
    }

    protected void CheckMatch(string key, PolicyMatch match) => new MatchChecks(match, path, key, problems).Run();

    protected void CheckPatterns(string key, ImmutableArray<string> patterns, Func<string, string?> rule)
    {
        for (var place = 0; place < patterns.Length; place++)
        {
            if (rule(patterns[place]) is { } problem)
                Add($"{key}[{place}]", problem);
        }
    }

    /// <summary>Notes what is wrong with the value of a key.</summary>
    /// <param name="key">The key, within the object.</param>
    /// <param name="message">What is wrong, and what would be right.</param>
    /// <param name="because">The keys of the object that it comes from as well.</param>
    protected void Add(string key, string message, params ReadOnlySpan<string> because)
    {
        var others = new string[because.Length];
        for (var place = 0; place < others.Length; place++)
            others[place] = $"{path}.{because[place]}";
        problems.Add(new PolicyProblem($"{path}.{key}", message) { Because = others });
    }

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9._-]{0,62}\\z")]
    private static partial Regex Name { get; }
}
