namespace Mptcp.ControlPlane.Server.Policies.Model.Validation;

/// <summary>Finds what is wrong with one policy.</summary>
/// <param name="policy">The policy.</param>
/// <param name="path">Its place in the document.</param>
/// <param name="problems">Receives what is wrong.</param>
internal sealed partial class PolicyChecks(PathPolicy policy, string path, List<PolicyProblem> problems) : ObjectChecks(path, problems)
{
    // The kernel counts subflows in a byte, and addresses have ids from 1 to 255.
    private const int MostSubflows = 254;

    private static readonly TimeSpan LongestDeadline = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan LongestTime = TimeSpan.FromDays(365);

    public void Run()
    {
        CheckName("name", policy.Name);
        CheckMatch("match", policy.Match);
        CheckStrategy();
        CheckPaths();
        CheckBackup();
        for (var place = 0; place < policy.Announce.Length; place++)
            CheckAnnouncement(policy.Announce[place], $"announce[{place}]");
        CheckRetry();
        if (policy.Mode == PolicyMode.Kernel)
            CheckKernel();
    }

    private void CheckStrategy()
    {
        if (policy.MaxSubflows is < 0 or > MostSubflows)
            Add("max_subflows", $"must be 0 to {MostSubflows}, and is {policy.MaxSubflows}");

        var hasPorts = policy.Strategy == PathStrategy.Ndiffports || policy.Delegation?.Fallback == PathStrategy.Ndiffports;
        if (!hasPorts && policy.Ndiffports != 1)
            Add("ndiffports", $"must be left out, and is {policy.Ndiffports}: it is for the strategy ndiffports", "strategy", "delegate.fallback");
        else if (policy.Ndiffports is < 1 or > MostSubflows)
            Add("ndiffports", $"must be 1 to {MostSubflows}, and is {policy.Ndiffports}");
        else if (hasPorts && policy.Ndiffports > policy.MaxSubflows)
            Add("ndiffports", $"must be at most max_subflows, which is {policy.MaxSubflows}, and is {policy.Ndiffports}", "max_subflows");

        if (policy.Strategy == PathStrategy.Delegate && policy.Delegation is null)
            Add("delegate", "is required with the strategy delegate: a role, a deadline and a fallback");
        else if (policy.Strategy != PathStrategy.Delegate && policy.Delegation is not null)
            Add("delegate", "must be left out: it is for the strategy delegate", "strategy");
        if (policy.Delegation is { } delegation)
            CheckDelegation(delegation);
    }

    private void CheckDelegation(Delegation delegation)
    {
        CheckName("delegate.role", delegation.Role);
        if (delegation.Deadline <= TimeSpan.Zero || delegation.Deadline > LongestDeadline)
            Add("delegate.deadline", $"must be more than 0s and at most {Text(LongestDeadline)}, and is {Text(delegation.Deadline)}");
        else
            CheckTime("delegate.deadline", delegation.Deadline);
        if (delegation.Fallback == PathStrategy.Delegate)
            Add("delegate.fallback", "must be a strategy that needs no controller, and is delegate");
    }

    private void CheckRetry()
    {
        var retry = policy.Retry;
        if (retry.Initial <= TimeSpan.Zero)
            Add("retry.initial", $"must be more than 0s, and is {Text(retry.Initial)}");
        else
            CheckTime("retry.initial", retry.Initial);
        if (retry.Longest < retry.Initial)
            Add("retry.max", $"must be at least retry.initial, which is {Text(retry.Initial)}, and is {Text(retry.Longest)}", "retry.initial");
        else
            CheckTime("retry.max", retry.Longest);
        if (retry.Jitter is not (>= 0 and <= 1))
            Add("retry.jitter", $"must be 0% to 100%, and is {retry.Jitter * 100}%");
        if (retry.Attempts < 0)
            Add("retry.attempts", $"must be 0, for ever, or more, and is {retry.Attempts}");
        for (var place = 0; place < retry.FinalErrors.Length; place++)
        {
            if (!retry.FinalErrors[place].HasName)
                Add($"retry.final_errors[{place}]", $"must be an error that has a name, and is {retry.FinalErrors[place].Number}");
        }
    }

    private void CheckTime(string key, TimeSpan time)
    {
        if (time < TimeSpan.Zero || time > LongestTime || time.Ticks % TimeSpan.TicksPerMillisecond != 0)
            Add(key, $"must be whole milliseconds, 0s to {Text(LongestTime)}, and is {Text(time)}");
    }

    private static string Text(TimeSpan time) => time.Ticks >= 0 && time.Ticks % TimeSpan.TicksPerMillisecond == 0
        ? DurationText.Format(time)
        : $"{time.TotalSeconds}s";
}
