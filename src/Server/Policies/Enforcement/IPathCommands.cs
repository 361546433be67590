using System.Net;
using Mptcp.ControlPlane.Server.Kernel.Tuning;
using Mptcp.ControlPlane.Server.State;
using Mptcp.Native.Congestion;
using Mptcp.Native.Interop;
using Mptcp.Native.Netlink;
using Mptcp.Native.PathManagement;
using Endpoint = Mptcp.Native.PathManagement.Endpoint;

namespace Mptcp.ControlPlane.Server.Policies.Enforcement;

/// <summary>What the kernel of one namespace is told to do. The kernel loop's thread alone calls it.</summary>
internal interface IPathCommands
{
    /// <summary>Lists the addresses and ids that a connection uses.</summary>
    /// <exception cref="KernelRefusedException">The kernel refused.</exception>
    IReadOnlyList<Endpoint> ListLocalAddresses(uint token);

    /// <exception cref="KernelRefusedException">The kernel refused.</exception>
    void Create(SubflowRequest subflow);

    /// <summary>Readies a subflow that connections will be given.</summary>
    void Prepare(PreparedSubflow subflow);

    /// <exception cref="KernelRefusedException">The kernel refused.</exception>
    void Create(uint token, PreparedSubflow subflow);

    /// <summary>Ends a subflow, its figures having been read.</summary>
    /// <exception cref="KernelRefusedException">The kernel refused.</exception>
    void Destroy(uint token, Subflow subflow);

    /// <exception cref="KernelRefusedException">The kernel refused.</exception>
    void SetBackup(uint token, Subflow subflow, bool backup);

    /// <exception cref="TuningRefusedException">No subflow can be tuned.</exception>
    void RequireTuning();

    /// <summary>Has a subflow tuned. This does not wait; the task fails with <see cref="TuningRefusedException"/> or a failure of the kernel.</summary>
    /// <exception cref="TuningRefusedException">No subflow can be tuned.</exception>
    Task TuneAsync(uint token, Subflow subflow, SubflowSettings settings);

    /// <exception cref="KernelRefusedException">The kernel refused.</exception>
    void Announce(uint token, Endpoint address);

    /// <summary>Withdraws an address, and ends the subflows that run from it, their figures having been read.</summary>
    /// <exception cref="KernelRefusedException">The kernel refused.</exception>
    void Withdraw(uint token, byte id, IEnumerable<Subflow> subflows);

    /// <summary>Has somebody listen for those who join an announced address.</summary>
    /// <returns>Whether nobody did so for it before.</returns>
    /// <exception cref="SystemCallException">That is not possible.</exception>
    bool Listen(uint token, byte id, IPEndPoint place);

    /// <summary>Lets go of whatever listens for an announced address.</summary>
    /// <param name="token">The connection that announced it.</param>
    /// <param name="id">Its id.</param>
    /// <param name="place">Where to; null for everywhere: one that was refused leaves what had its id before.</param>
    void StopListening(uint token, byte id, IPEndPoint? place = null);

    /// <summary>Has a connection looked at of which what is known may be wrong.</summary>
    void Examine(uint token);
}
