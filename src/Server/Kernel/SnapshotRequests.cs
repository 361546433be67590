using Mptcp.ControlPlane.Server.Kernel.Namespaces;
using Mptcp.ControlPlane.Server.State;
using Mptcp.Native.Netlink;

namespace Mptcp.ControlPlane.Server.Kernel;

/// <summary>
/// Those who wait for a snapshot. Each waits for the namespaces that it asks about and for no others, and is refused when one
/// of these cannot be known: less than everything would look like everything.
/// </summary>
internal sealed class SnapshotRequests
{
    private readonly List<Request> _waiting = [];

    /// <summary>Whether nobody waits.</summary>
    public bool IsEmpty => _waiting.Count == 0;

    /// <summary>Adds one.</summary>
    /// <param name="namespaces">The names of the namespaces that it asks about; null for all.</param>
    /// <param name="answer">Receives the snapshot.</param>
    public void Add(IReadOnlySet<string>? namespaces, TaskCompletionSource<StateSnapshot> answer) => _waiting.Add(new Request(namespaces, answer));

    /// <summary>Answers those that can be.</summary>
    /// <param name="standings">How well each namespace that is served is known.</param>
    /// <param name="take">Takes a snapshot.</param>
    public void Answer(IEnumerable<NamespaceStanding> standings, Func<StateSnapshot> take)
    {
        var unsure = standings.Where(one => one.IsUnsure).ToList();
        StateSnapshot? snapshot = null;
        _waiting.RemoveAll(request =>
        {
            var missing = unsure.FindAll(one => request.Namespaces?.Contains(one.Name) ?? true);
            if (missing.Find(one => one.Failure is not null) is { Failure: { } failure } failing)
                request.Answer.TrySetException(Unknown(failing.Name, failure));
            else if (missing.Count == 0)
                request.Answer.TrySetResult(snapshot ??= take());
            return request.Answer.Task.IsCompleted;
        });
    }

    private static NetlinkTransportException Unknown(string name, Exception failure)
        => new($"what is in the network namespace {name} is not known, as the kernel cannot show it: {failure.Message}");

    private readonly record struct Request(IReadOnlySet<string>? Namespaces, TaskCompletionSource<StateSnapshot> Answer);
}
