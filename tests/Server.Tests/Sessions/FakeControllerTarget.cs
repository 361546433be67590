using System.Globalization;
using Mptcp.ControlPlane.Server.Kernel.Namespaces;
using Mptcp.ControlPlane.Server.Policies.Model;
using Mptcp.ControlPlane.Server.Sessions;
using Mptcp.ControlPlane.Server.Sessions.Deciding;

namespace Mptcp.ControlPlane.Server.Tests.Sessions;

/// <summary>Remembers, in order, what it was told, and says who holds a connection as a test says.</summary>
internal sealed class FakeControllerTarget : IControllerTarget
{
    private readonly TaskCompletionSource _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends with the first answer.</summary>
    public Task Answered => _answered.Task;

    /// <summary>Who was seated and let begin, and what was told of sessions, in words.</summary>
    public List<string> Said { get; } = [];

    /// <summary>What was told of sessions.</summary>
    public List<SessionChange> Changes { get; } = [];

    /// <summary>The roles that it adopted last, by name.</summary>
    public IReadOnlyList<Role> Roles { get; private set; } = [];

    /// <summary>What becomes of the question who holds a connection.</summary>
    public Func<CancellationToken, Task<SessionIdentity?>> Holder { get; set; } = static _ => Task.FromResult<SessionIdentity?>(null);

    /// <summary>Hears of a role that is opened, once that was told.</summary>
    public Action Opened { get; set; } = static () => { };

    public Task SitAsync(Role role, IController? controller)
    {
        Said.Add($"sit {role.Name} {NameOf(controller?.Identity)}");
        return Task.CompletedTask;
    }

    public Task OpenAsync(string role, Action tell)
    {
        tell();
        Opened();
        Said.Add($"open {role}");
        return Task.CompletedTask;
    }

    public Task FlushAsync() => Task.CompletedTask;

    public void Adopt(IReadOnlyList<Role> roles) => Roles = roles;

    public void Answer(IController controller, ulong question, DecisionAnswer? answer)
    {
        Said.Add($"answer {question} {answer?.Orders.Length.ToString(CultureInfo.InvariantCulture) ?? "nothing"}");
        _answered.TrySetResult();
    }

    public void NoteArrived(IController controller, ulong question) => Said.Add($"arrived {question}");

    public void Command(IController controller, ControllerCommand command, ICommandLedger ledger) => throw new NotSupportedException();

    public void Tell(SessionChange change)
    {
        Changes.Add(change);
        Said.Add($"{change.Kind} {NameOf(change.Session)}");
    }

    public Task<SessionIdentity?> FindHolderAsync(HostNamespace served, uint token, CancellationToken cancellation) => Holder(cancellation);

    public Task<IReadOnlyDictionary<string, RoleStanding>> CountAsync(IReadOnlyList<string> roles, CancellationToken cancellation)
        => throw new NotSupportedException();

    private static string NameOf(SessionIdentity? session) => session?.Name ?? "nobody";
}
