using Microsoft.Extensions.Time.Testing;
using Mptcp.ControlPlane.Server.Policies.Model;
using Mptcp.ControlPlane.Server.Policies.Revisions;
using Mptcp.ControlPlane.Server.Sessions;
using Mptcp.ControlPlane.Server.Sessions.Controllers;
using Mptcp.ControlPlane.Server.Sessions.Election;
using Mptcp.ControlPlane.Server.Sessions.Writing;

namespace Mptcp.ControlPlane.Server.Tests.Sessions.Controllers;

/// <summary>A registry of sessions, with nobody behind it who does anything.</summary>
internal sealed class RegistryUnderTest : IDisposable
{
    public static readonly PolicyAuthor Anybody = new(PolicyAuthorKind.Process) { UserId = 1000, ProcessId = 42, Command = "te-ctl" };

    private RegistryUnderTest(string? directory)
        => Registry = new SessionRegistry(Target, ElectionMemory.Open(directory, Guid.Empty), Gate, Time);

    public FakeControllerTarget Target { get; } = new();

    public WriteGate Gate { get; } = new();

    public FakeTimeProvider Time { get; } = new();

    public SessionRegistry Registry { get; }

    /// <summary>Begins with some roles.</summary>
    public static async Task<RegistryUnderTest> CreateAsync(string? directory = null, params IReadOnlyList<Role> roles)
    {
        var made = new RegistryUnderTest(directory);
        await made.AdoptAsync(roles.Count == 0 ? [new Role("te")] : roles);
        return made;
    }

    public Task AdoptAsync(params IReadOnlyList<Role> roles) => Registry.AdoptAsync(new Roles(roles, PolicyDocument.Empty));

    public Task<(ControllerSession Session, RoleRoom Room, PrimaryStanding Standing)> OpenAsync(
        string name, ulong electionId, PolicyAuthor? caller = null, string role = "te")
        => Registry.OpenAsync(new SessionBid(role, electionId, name, caller ?? Anybody), TestContext.Current.CancellationToken);

    public async Task<SessionRefusedException> RefusedAsync(string name, ulong electionId, PolicyAuthor? caller = null, string role = "te")
        => await Assert.ThrowsAsync<SessionRefusedException>(() => OpenAsync(name, electionId, caller, role));

    public Task<IReadOnlyList<RoleView>> ListAsync() => Registry.ListAsync(TestContext.Current.CancellationToken);

    /// <summary>Takes what was said since it was asked last.</summary>
    public IReadOnlyList<string> TakeSaid()
    {
        var said = Target.Said.ToArray();
        Target.Said.Clear();
        return said;
    }

    /// <summary>Takes what a session was told, and has not read, in words.</summary>
    public static IReadOnlyList<string> TakeTold(ControllerSession session)
    {
        var all = new List<string>();
        while (session.TryTake(out var told))
        {
            all.Add(told is PrimaryStanding standing
                ? $"{(standing.IsSelf ? "self" : standing.Primary?.Name ?? "nobody")} of {standing.Highest}"
                : told.ToString()!);
        }

        return all;
    }

    public void Dispose() => Registry.Dispose();
}
