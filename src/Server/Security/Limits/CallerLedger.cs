namespace Mptcp.ControlPlane.Server.Security.Limits;

/// <summary>
/// Counts what each caller takes: its requests, its open streams and its other calls. It knows those who have something open or made a
/// request in the last second, and forgets the others.
/// </summary>
/// <param name="limits">What each may take.</param>
/// <param name="time">What the time is.</param>
internal sealed class CallerLedger(LimitsInForce limits, TimeProvider time)
{
    private readonly Lock _guard = new();
    private readonly UseByName<CallerUse> _callers = new(
        use => use.Streams == 0 && use.Calls == 0 && use.Requests.IsFull(limits.Rules.RequestsPerSecond, time) && use.Refused.IsPaid(time));

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
            var use = _callers[caller];
            if (!use.Requests.Take(rules.RequestsPerSecond, time))
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

    /// <summary>Charges a request that was refused because there were too many.</summary>
    /// <param name="caller">Who made it, by name.</param>
    /// <returns>How long nothing more shall be read of it, so that refusals come no faster than answers.</returns>
    public TimeSpan Charge(string caller)
    {
        // That limit may be another one by now.
        var each = TimeSpan.FromSeconds(1.0 / Math.Max(1, limits.Rules.RequestsPerSecond));
        lock (_guard)
            return _callers[caller].Refused.Add(each, time);
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
        lock (_guard)
            return _callers[caller].Requests.Take(limits.Rules.RequestsPerSecond, time) ? null : LimitKind.RequestsPerSecond;
    }
}
