using System.Net;
using Mptcp.ControlPlane.Server.Kernel.Namespaces;

namespace Mptcp.ControlPlane.Server.Kernel.Commands;

/// <summary>
/// The address ids of a namespace: an address has the same id in all connections, as far as each allows. Whoever uses it holds
/// <see cref="HostNamespace.AddressIds"/>.
/// </summary>
internal sealed class AddressIdTable
{
    private readonly Dictionary<IPEndPoint, byte> _ids = [];
    private readonly IPEndPoint?[] _places = new IPEndPoint?[byte.MaxValue + 1];

    /// <summary>Learns which id a connection uses for an address, unless another one is known of either.</summary>
    /// <param name="place">The address, and the port where one belongs to it.</param>
    /// <param name="id">The id; 0 teaches nothing.</param>
    public void Learn(IPEndPoint place, byte id)
    {
        if (id == 0 || _places[id] is not null || !_ids.TryAdd(place, id))
            return;
        _places[id] = place;
    }

    /// <summary>Finds the id that an address has wherever that is possible; null where it has none yet.</summary>
    public byte? FindUsual(IPEndPoint place) => _ids.TryGetValue(place, out var usual) ? usual : null;

    /// <summary>Chooses the id of an address in a connection.</summary>
    /// <param name="place">The address, and the port where one belongs to it.</param>
    /// <param name="used">The ids that the connection uses already, and for what.</param>
    /// <returns>0 when all of them are in use.</returns>
    public byte Choose(IPEndPoint place, IReadOnlyCollection<(byte Id, IPEndPoint Place)> used)
    {
        foreach (var (id, known) in used)
        {
            if (id != 0 && known.Equals(place))
                return id;
        }

        if (FindUsual(place) is { } usual && IsFree(usual))
            return usual;
        // One that no other address has anywhere; where there is none, one that none has here.
        var chosen = Lowest(id => _places[id] is null && IsFree(id)) ?? Lowest(IsFree) ?? 0;
        Learn(place, chosen);
        return chosen;

        bool IsFree(byte id) => used.All(other => other.Id != id);
    }

    private static byte? Lowest(Predicate<byte> which)
    {
        for (var id = 1; id <= byte.MaxValue; id++)
        {
            if (which((byte)id))
                return (byte)id;
        }

        return null;
    }
}
