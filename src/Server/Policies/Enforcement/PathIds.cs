using System.Net;
using Mptcp.ControlPlane.Server.Kernel.Commands;
using Mptcp.ControlPlane.Server.State;
using Mptcp.Native.Netlink;
using Endpoint = Mptcp.Native.PathManagement.Endpoint;

namespace Mptcp.ControlPlane.Server.Policies.Enforcement;

/// <summary>Gives the addresses of connections their ids, the same in all connections where that is possible.</summary>
/// <param name="guard">Held while an id is chosen and the kernel is made to use it.</param>
/// <param name="table">The ids of the namespace.</param>
internal sealed class PathIds(Lock guard, AddressIdTable table)
{
    /// <summary>Learns the ids that a connection uses, which it may have from before the daemon's start.</summary>
    public void Learn(Connection connection)
    {
        var used = UsedBy(connection);
        // Callers hold it while the kernel answers them, and the loop waits for none of them: the connection keeps its ids in any case.
        if (used.Count == 0 || !guard.TryEnter())
            return;
        try
        {
            foreach (var (id, place) in used)
                table.Learn(place, id);
        }
        finally
        {
            guard.Exit();
        }
    }

    /// <summary>Has the kernel use an address.</summary>
    /// <param name="place">The address, and the port where one belongs to it.</param>
    /// <param name="connection">The connection.</param>
    /// <param name="command">Tells the kernel to, under an id.</param>
    /// <param name="listed">What the kernel lists of the connection; null where it has not been asked.</param>
    /// <exception cref="KernelRefusedException">The kernel refused, for another reason than the id.</exception>
    public PathIdOutcome TryUse(IPEndPoint place, Connection connection, Action<byte> command, IReadOnlyList<Endpoint>? listed = null)
    {
        var used = UsedBy(connection);
        if (listed is not null)
            used.AddRange(PlacesOf(listed));
        try
        {
            return TryUse(place, used, command);
        }
        catch (KernelRefusedException refusal) when (listed is null && FailureWords.SaysIdIsTaken(refusal))
        {
            return PathIdOutcome.Taken;
        }
    }

    /// <summary>Finds the id that an address has in connections that use no other.</summary>
    /// <returns>Null while another id is chosen, or where other addresses have all of them.</returns>
    public byte? FindUsual(IPEndPoint place)
    {
        if (!guard.TryEnter())
            return null;
        try
        {
            table.Choose(place, []);
            return table.FindUsual(place);
        }
        finally
        {
            guard.Exit();
        }
    }

    /// <summary>Has the kernel use an address under its usual id, in a connection that uses none yet. It takes the least time.</summary>
    /// <typeparam name="T">What the command is about.</typeparam>
    /// <param name="place">The address.</param>
    /// <param name="id">The id that it had usually.</param>
    /// <param name="command">Tells the kernel to.</param>
    /// <param name="argument">What the command is about.</param>
    /// <returns>False where nothing was done: the address has another id by now, or an id is being chosen.</returns>
    /// <exception cref="KernelRefusedException">The kernel refused.</exception>
    public bool TryUseUsual<T>(IPEndPoint place, byte id, Action<T> command, T argument)
    {
        if (!guard.TryEnter())
            return false;
        try
        {
            if (table.FindUsual(place) != id)
                return false;
            command(argument);
            return true;
        }
        finally
        {
            guard.Exit();
        }
    }

    /// <summary>Has the kernel use an id.</summary>
    /// <exception cref="KernelRefusedException">The kernel refused.</exception>
    public PathIdOutcome TryUse(byte id, Action<byte> command)
    {
        if (!guard.TryEnter())
            return PathIdOutcome.Busy;
        try
        {
            command(id);
            return PathIdOutcome.Used;
        }
        finally
        {
            guard.Exit();
        }
    }

    /// <summary>Has the kernel use an address as an endpoint of the namespace.</summary>
    /// <param name="place">The address, and the port where one belongs to it.</param>
    /// <param name="endpoints">The endpoints that there are.</param>
    /// <param name="command">Tells the kernel to, under an id.</param>
    /// <exception cref="KernelRefusedException">The kernel refused.</exception>
    public PathIdOutcome TryUse(IPEndPoint place, IReadOnlyList<Endpoint> endpoints, Action<byte> command)
        => TryUse(place, [.. PlacesOf(endpoints)], command);

    private PathIdOutcome TryUse(IPEndPoint place, List<(byte Id, IPEndPoint Place)> used, Action<byte> command)
    {
        if (!guard.TryEnter())
            return PathIdOutcome.Busy;
        try
        {
            var id = table.Choose(place, used);
            if (id == 0)
                return PathIdOutcome.NoneLeft;
            command(id);
            return PathIdOutcome.Used;
        }
        finally
        {
            guard.Exit();
        }
    }

    private static IEnumerable<(byte Id, IPEndPoint Place)> PlacesOf(IEnumerable<Endpoint> known)
        => known.Select(one => (one.Id, new IPEndPoint(one.Address, one.Port)));

    private static List<(byte Id, IPEndPoint Place)> UsedBy(Connection connection)
    {
        var used = new List<(byte Id, IPEndPoint Place)>(connection.Subflows.Length + connection.LocalAddresses.Length);
        foreach (var announced in connection.LocalAddresses)
        {
            if (announced.Address is { } address)
                used.Add((announced.Id, address));
        }

        foreach (var subflow in connection.Subflows)
        {
            // One that the peer joined runs from what was announced, and from its port.
            if (subflow.LocalId != 0 && subflow.Maker != SubflowMaker.Peer && used.TrueForAll(other => other.Id != subflow.LocalId))
                used.Add((subflow.LocalId, new IPEndPoint(subflow.Local.Address, 0)));
        }

        return used;
    }
}
