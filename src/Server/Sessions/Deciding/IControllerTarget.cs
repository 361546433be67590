using Mptcp.ControlPlane.Server.Kernel.Namespaces;
using Mptcp.ControlPlane.Server.Policies.Model;

namespace Mptcp.ControlPlane.Server.Sessions.Deciding;

/// <summary>What does what controllers decide: the kernel loop. Everything is done in the order in which it is said.</summary>
internal interface IControllerTarget
{
    /// <summary>
    /// Has somebody be primary of a role, or nobody. When it returns, nothing of the one before is done any more, and nothing of others in
    /// the role's scope is begun any more.
    /// </summary>
    Task SitAsync(Role role, IController? controller);

    /// <summary>Lets the primary of a role begin.</summary>
    /// <param name="role">The role.</param>
    /// <param name="tell">Tells who is primary now, before anything is asked.</param>
    Task OpenAsync(string role, Action tell);

    /// <summary>
    /// Waits until everything that was said before is done and answered, but decisions that wait for their connections to be established.
    /// </summary>
    Task FlushAsync();

    /// <summary>Has roles be as they are stated now.</summary>
    void Adopt(IReadOnlyList<Role> roles);

    /// <summary>Notes that a controller's answer has come, which is taken when its role's budget allows it.</summary>
    void NoteArrived(IController controller, ulong question);

    /// <summary>Takes a controller's answer; null for one that nobody waits for, which is refused.</summary>
    void Answer(IController controller, ulong question, DecisionAnswer? answer);

    /// <summary>Does what a controller commands.</summary>
    /// <param name="controller">The controller, who is told what comes of it.</param>
    /// <param name="command">The command.</param>
    /// <param name="ledger">The role's commands before.</param>
    void Command(IController controller, ControllerCommand command, ICommandLedger ledger);

    /// <summary>Tells watchers of a change.</summary>
    void Tell(SessionChange change);

    /// <summary>The primary in whose scope a connection is; null for none.</summary>
    Task<SessionIdentity?> FindHolderAsync(HostNamespace served, uint token, CancellationToken cancellation);

    /// <summary>How it stands with the connections of roles.</summary>
    /// <param name="roles">Their names.</param>
    /// <param name="cancellation">Ends the wait.</param>
    Task<IReadOnlyDictionary<string, RoleStanding>> CountAsync(IReadOnlyList<string> roles, CancellationToken cancellation);
}
