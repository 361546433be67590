using Mptcp.ControlPlane.Server.Policies.Model;
using Mptcp.ControlPlane.Server.Security.Identity;

namespace Mptcp.ControlPlane.Server.Security.Permissions;

/// <summary>Says who may do what, by the rules and the roles of controllers that hold now.</summary>
/// <param name="rules">The rules of the configuration.</param>
/// <param name="owner">Whom the daemon runs as.</param>
internal sealed class AccessControl(AccessRules rules, DaemonOwner owner)
{
    private readonly Lock _guard = new();
    private volatile State _state = new(rules, new Roles([], PolicyDocument.Empty), PolicyDocument.Empty);

    /// <summary>Happens when somebody may do more or less than before. Handlers must not wait.</summary>
    public event Action? Changed;

    /// <summary>Has other rules hold.</summary>
    public void Adopt(AccessRules changed) => Change(state => state with { Rules = changed });

    /// <summary>Has the roles of controllers be as they are stated now.</summary>
    /// <param name="roles">The roles.</param>
    /// <param name="document">The policies that hold: what they delegate is what a role reaches that they only name.</param>
    public void Adopt(Roles roles, PolicyDocument document) => Change(state => state with { Roles = roles, Document = document });

    /// <summary>What a caller may do now.</summary>
    public Grants GrantsOf(Caller caller)
    {
        var state = _state;
        return new Grants([.. state.Rules.FindFor(caller, owner)], state.FindReach);
    }

    private void Change(Func<State, State> change)
    {
        lock (_guard)
            _state = change(_state);
        Changed?.Invoke();
    }

    private sealed record State(AccessRules Rules, Roles Roles, PolicyDocument Document)
    {
        public ConnectionScope? FindReach(string name) => Roles.Find(name) switch
        {
            null => null,
            { IsStated: true } role => new ConnectionScope.Matching(role.Scope),
            _ => new ConnectionScope.Delegated(Document, name),
        };
    }
}
