namespace Mptcp.ControlPlane.Server.Policies.Enforcement;

/// <summary>How many connections are delegated to roles, and about how many of them a fallback decides.</summary>
internal sealed class DelegationCounts
{
    private readonly Dictionary<string, (int Delegated, int FallenBack)> _counts = [];

    public void Add(DelegatedConnection state)
    {
        var (delegated, fallenBack) = _counts.GetValueOrDefault(state.Role);
        _counts[state.Role] = (delegated + 1, fallenBack + (state.Standing == DelegationStanding.Fallback ? 1 : 0));
    }

    public int DelegatedTo(string role) => _counts.GetValueOrDefault(role).Delegated;

    public int FallenBackFrom(string role) => _counts.GetValueOrDefault(role).FallenBack;
}
