namespace Mptcp.ControlPlane.Server.Security.Limits;

/// <summary>What each of very many takes, by name; those who are as if they had never been here are forgotten. Guarded by whoever has it.</summary>
/// <param name="isForgettable">Whether somebody is as one who has never been here.</param>
internal sealed class UseByName<TUse>(Func<TUse, bool> isForgettable)
    where TUse : class, new()
{
    private const int Few = 1_024;

    private readonly Dictionary<string, TUse> _uses = [];
    private int _forgetAt = Few;

    /// <summary>How many are known.</summary>
    public int Count => _uses.Count;

    /// <summary>What somebody takes, who is known from now on.</summary>
    public TUse this[string name]
    {
        get
        {
            if (_uses.TryGetValue(name, out var known))
                return known;
            if (_uses.Count >= _forgetAt)
                Forget();
            return _uses[name] = new TUse();
        }
    }

    private void Forget()
    {
        foreach (var (name, use) in _uses)
        {
            if (isForgettable(use))
                _uses.Remove(name);
        }

        // Looking at all of them again is worth it once there are twice as many.
        _forgetAt = Math.Max(Few, 2 * _uses.Count);
    }
}
