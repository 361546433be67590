using System.Net;
using Mptcp.Native.Congestion;
using Mptcp.Native.PathManagement;

namespace Mptcp.ControlPlane.Server.Sessions.Orders;

/// <summary>One thing that a controller wants done to a connection.</summary>
internal abstract record PathOrder
{
    private PathOrder()
    {
    }

    /// <summary>Starts a subflow.</summary>
    /// <param name="Local">The local address; port 0 lets the kernel choose one.</param>
    /// <param name="Remote">The remote address and port.</param>
    /// <param name="LocalId">The id of the local address; 0 to have one chosen.</param>
    /// <param name="InterfaceIndex">The interface to bind it to; 0 for none.</param>
    /// <param name="Backup">Whether it is made as a backup.</param>
    public sealed record Create(IPEndPoint Local, IPEndPoint Remote, byte LocalId, int InterfaceIndex, bool Backup) : PathOrder;

    /// <summary>Ends a subflow.</summary>
    public sealed record Destroy(SubflowAddresses Addresses) : PathOrder;

    /// <summary>Says whether a subflow is a backup.</summary>
    public sealed record SetBackup(SubflowAddresses Addresses, bool Backup) : PathOrder;

    /// <summary>Has a subflow send otherwise.</summary>
    public sealed record Tune(SubflowAddresses Addresses, SubflowSettings Settings) : PathOrder;

    /// <summary>Announces an address.</summary>
    /// <param name="Address">The address, with the port that is announced.</param>
    /// <param name="Id">Its id; 0 to have one chosen.</param>
    /// <param name="Listen">Whether to listen there.</param>
    public sealed record Announce(IPEndPoint Address, byte Id, bool Listen) : PathOrder;

    /// <summary>Takes an announced address back.</summary>
    public sealed record Withdraw(byte Id) : PathOrder;

    /// <summary>One that is refused before it is tried.</summary>
    /// <param name="Reason">Why.</param>
    public sealed record Refused(Exception Reason) : PathOrder;
}
