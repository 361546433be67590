namespace Mptcp.ControlPlane.Server.Security.Limits;

/// <summary>
/// Counts what each caller takes: its requests, its open streams and its other calls. It knows those who have something open or made a
/// request in the last second, and forgets the others.
/// </summary>
/// <param name="limits">What each may take.</param>
/// <param name="time">What the time is.</param>
internal sealed class CallerLedger(LimitsInForce limits, TimeProvider time)
{
    private const int FewCallers = 1_024;

    private readonly Lock _guard = new();
    private readonly Dictionary<string, CallerUse> _callers = [];
    private int _forgetAt = FewCallers;

    /// <summary>How many callers it knows.</summary>
    public int Count
    {
        get
        {
            lock (_guard)
                return _callers.Count;
        }
    }

    /// <summary>Counts a call that begins.</summary>
    /// <param name="caller">Who makes it, by name.</param>
    /// <param name="isStream">Whether it may go on for long.</param>
    /// <returns>The limit that refuses it, or null for none: then <see cref="End"/> must follow.</returns>
    public LimitKind? Begin(string caller, bool isStream)
    {
        var rules = limits.Rules;
        lock (_guard)
        {
            var use = Find(caller, rules);
            if (!use.TakeRequest(rules.RequestsPerSecond, time))
                return LimitKind.RequestsPerSecond;
            if (isStream && use.Streams >= rules.StreamsPerCaller)
                return LimitKind.StreamsPerCaller;
            if (!isStream && use.Calls >= rules.CallsPerCaller)
                return LimitKind.CallsPerCaller;
            if (isStream)
                use.Streams++;
            else
                use.Calls++;
            return null;
        }
    }

    /// <summary>Counts the end of a call that had begun.</summary>
    /// <inheritdoc cref="Begin"/>
    public void End(string caller, bool isStream)
    {
        lock (_guard)
        {
            var use = _callers[caller];
            if (isStream)
                use.Streams--;
            else
                use.Calls--;
        }
    }

    /// <summary>Counts a request that is made within a stream.</summary>
    /// <param name="caller">Who makes it, by name.</param>
    /// <returns>The limit that refuses it, or null for none.</returns>
    public LimitKind? TakeRequest(string caller)
    {
        var rules = limits.Rules;
        lock (_guard)
            return Find(caller, rules).TakeRequest(rules.RequestsPerSecond, time) ? null : LimitKind.RequestsPerSecond;
    }

    private CallerUse Find(string caller, LimitRules rules)
    {
        if (_callers.TryGetValue(caller, out var known))
            return known;
        if (_callers.Count >= _forgetAt)
        {
            foreach (var (name, use) in _callers)
            {
                if (use.IsForgettable(rules.RequestsPerSecond, time))
                    _callers.Remove(name);
            }

            // Looking at all of them again is worth it once there are twice as many.
            _forgetAt = Math.Max(FewCallers, 2 * _callers.Count);
        }

        return _callers[caller] = new CallerUse();
    }
}
