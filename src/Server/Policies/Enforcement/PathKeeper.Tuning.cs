using Mptcp.ControlPlane.Server.Kernel.Commands;
using Mptcp.ControlPlane.Server.Kernel.Tuning;
using Mptcp.ControlPlane.Server.Sessions;
using Mptcp.ControlPlane.Server.Sessions.Orders;
using Mptcp.ControlPlane.Server.State;
using Mptcp.Native.Congestion;
using Mptcp.Native.Interop;
using Mptcp.Native.PathManagement;

namespace Mptcp.ControlPlane.Server.Policies.Enforcement;

/// <content>Having subflows send as controllers say. It is done once: no policy wants anything of it, and nothing is remembered.</content>
internal sealed partial class PathKeeper
{
    private OrderOutcome Tune(Connection connection, SubflowAddresses ends, SubflowSettings settings)
    {
        // The kernel knows no more of a connection's subflows than was heard of them.
        var subflow = connection.FindSubflow(ends.Local, ends.Remote) ?? throw TuningRefusedException.NotFound(connection.Token, ends.Local, ends.Remote);
        return new OrderOutcome((Exception?)null)
        {
            Subflow = subflow,
            Pending = SettleAsync(_commands.TuneAsync(connection.Token, subflow, settings), subflow),
        };
    }

    private static async Task<OrderOutcome> SettleAsync(Task tuning, Subflow subflow)
    {
        try
        {
            await tuning;
            return new OrderOutcome((Exception?)null) { Subflow = subflow };
        }
        catch (Exception failure) when (failure is TuningRefusedException or SystemCallException || KernelSockets.IsKernelFailure(failure))
        {
            return new OrderOutcome(failure);
        }
        catch (ObjectDisposedException)
        {
            return Refused(SessionRefusal.ConnectionNotFound, "the network namespace vanished meanwhile");
        }
    }
}
