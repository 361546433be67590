using System.Net;

namespace Mptcp.ControlPlane.Server.State;

/// <summary>
/// Subflows whose end a comparison told before the kernel did. The kernel may still come to tell of them, later than anybody
/// waits for; nobody is told twice then. Of very many the earliest are forgotten.
/// </summary>
internal sealed class EndedUnheard
{
    private const int Most = 4096;

    private readonly Dictionary<uint, List<Subflow>> _byToken = [];
    private readonly Queue<(uint Token, Subflow Subflow)> _inOrder = new();

    /// <summary>Remembers a subflow as it was known last.</summary>
    public void Add(uint token, Subflow subflow)
    {
        if (_inOrder.Count == Most && _inOrder.TryDequeue(out var first))
            Remove(first.Token, other => ReferenceEquals(other, first.Subflow));
        _inOrder.Enqueue((token, subflow));
        if (!_byToken.TryGetValue(token, out var subflows))
            _byToken[token] = subflows = [];
        subflows.Add(subflow);
    }

    /// <summary>Whether an end that the kernel tells may be that of one of them, which is forgotten then.</summary>
    public bool Take(uint token, IPEndPoint local, IPEndPoint remote, byte? localId) => Remove(
        token, subflow => (subflow.Local.Equals(local) && subflow.Remote.Equals(remote)) || subflow.CanBecome(local, remote, localId));

    private bool Remove(uint token, Predicate<Subflow> matches)
    {
        if (!_byToken.TryGetValue(token, out var subflows) || subflows.FindIndex(matches) is var place && place < 0)
            return false;
        subflows.RemoveAt(place);
        if (subflows.Count == 0)
            _byToken.Remove(token);
        return true;
    }
}
