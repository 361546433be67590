using System.Net;
using Mptcp.ControlPlane.Server.Kernel.Namespaces;
using Mptcp.ControlPlane.Server.Kernel.Surveys;
using Mptcp.ControlPlane.Server.Kernel.Tuning;
using Mptcp.ControlPlane.Server.Policies.Enforcement;
using Mptcp.ControlPlane.Server.State;
using Mptcp.Native.Congestion;
using Mptcp.Native.Diagnostics;
using Mptcp.Native.PathManagement;
using Endpoint = Mptcp.Native.PathManagement.Endpoint;

namespace Mptcp.ControlPlane.Server.Kernel.Commands;

/// <summary>What policies have the kernel of one namespace do: over the kernel loop's own sockets, so that no caller's request makes it wait.</summary>
/// <param name="served">The namespace.</param>
/// <param name="pathManager">The loop's own.</param>
/// <param name="diagnostics">The loop's own.</param>
/// <param name="listeners">Those who listen at announced addresses.</param>
/// <param name="tuning">Tunes subflows.</param>
/// <param name="samples">Where figures of subflows are noted.</param>
/// <param name="examine">Has a connection looked at.</param>
/// <param name="time">The time.</param>
internal sealed class PathCommands(
    HostNamespace served, PathManager pathManager, SocketDiagnostics diagnostics, JoinListeners listeners, TuningWorker tuning,
    SampleStore samples, Action<uint> examine, TimeProvider time) : IPathCommands
{
    public IReadOnlyList<Endpoint> ListLocalAddresses(uint token) => pathManager.ListLocalAddresses(token);

    public void Create(SubflowRequest subflow) => pathManager.CreateSubflow(subflow);

    public void Prepare(PreparedSubflow subflow) => pathManager.Prepare(subflow);

    public void Create(uint token, PreparedSubflow subflow) => pathManager.CreateSubflow(token, subflow);

    public void Destroy(uint token, Subflow subflow)
    {
        samples.Note(diagnostics, subflow.Ends, time.GetUtcNow());
        pathManager.DestroySubflow(token, new SubflowAddresses(subflow.Local, subflow.Remote));
    }

    public void SetBackup(uint token, Subflow subflow, bool backup)
        => pathManager.SetSubflowBackup(token, new SubflowAddresses(subflow.Local, subflow.Remote), backup);

    public void RequireTuning()
    {
        if (tuning.Obstacle is { } obstacle)
            throw obstacle;
    }

    public Task TuneAsync(uint token, Subflow subflow, SubflowSettings settings)
        => tuning.TuneAsync(new TuningOrder(served, token, subflow, settings));

    public void Announce(uint token, Endpoint address) => pathManager.Announce(token, address);

    public void Withdraw(uint token, byte id, IEnumerable<Subflow> subflows)
    {
        foreach (var subflow in subflows)
        {
            if (!subflow.Pending)
                samples.Note(diagnostics, subflow.Ends, time.GetUtcNow());
        }

        pathManager.Withdraw(token, id);
    }

    public bool Listen(uint token, byte id, IPEndPoint place)
    {
        listeners.Hold(served, token, id, place, out var isNew);
        return isNew;
    }

    public void StopListening(uint token, byte id, IPEndPoint? place) => listeners.Release(served, token, id, place);

    public void Examine(uint token) => examine(token);
}
