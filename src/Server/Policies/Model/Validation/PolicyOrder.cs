using System.Collections.Immutable;

namespace Mptcp.ControlPlane.Server.Policies.Model.Validation;

/// <summary>What is wrong with a policy because of those before it.</summary>
internal static class PolicyOrder
{
    public static void Check(ImmutableArray<PathPolicy> policies, int place, List<PolicyProblem> problems)
    {
        var policy = policies[place];
        var path = $"policies[{place}]";
        var before = policies.AsSpan()[..place];

        if (policy.Name.Length > 0 && IndexOf(before, earlier => earlier.Name == policy.Name) is >= 0 and var namesake)
        {
            problems.Add(new($"{path}.name", $"must be a name of its own, and is that of policies[{namesake}] too")
            {
                Because = [$"policies[{namesake}].name"],
            });
        }

        if (IndexOf(before, earlier => Coverage.Of(earlier.Match, policy.Match)) is >= 0 and var cover)
        {
            problems.Add(new($"{path}.match", $"must match a connection that none before it does, and policies[{cover}] matches all of them")
            {
                Because = [$"policies[{cover}].match", $"{path}.match"],
            });
            return;
        }

        if (policy.Mode != PolicyMode.Kernel)
            return;
        for (var pattern = 0; pattern < policy.Match.Namespaces.Length; pattern++)
        {
            var text = policy.Match.Namespaces[pattern];
            var rival = IndexOf(before, earlier => earlier.Mode == PolicyMode.Kernel && earlier.Match.Namespaces.Contains(text));
            if (rival < 0)
                continue;
            var message = $"must be for one policy of mode kernel, and policies[{rival}] has \"{text}\" too";
            problems.Add(new($"{path}.match.namespaces[{pattern}]", message) { Because = [$"{path}.mode", $"policies[{rival}].mode"] });
        }
    }

    private static int IndexOf(ReadOnlySpan<PathPolicy> policies, Func<PathPolicy, bool> isSought)
    {
        for (var place = 0; place < policies.Length; place++)
        {
            if (isSought(policies[place]))
                return place;
        }

        return -1;
    }
}
