using Mptcp.ControlPlane.Server.Kernel.Namespaces;
using Mptcp.ControlPlane.Server.Kernel.Surveys;
using Mptcp.ControlPlane.Server.State;
using Mptcp.ControlPlane.Server.Telemetry;
using Mptcp.Native.Diagnostics;
using Mptcp.Native.Diagnostics.Filters;
using Mptcp.Native.Netlink;
using Mptcp.Native.PathManagement;

namespace Mptcp.ControlPlane.Server.Kernel.Commands;

/// <summary>
/// The sockets of one namespace, as the kernel loop asks for them: over sockets of its own, so that no caller's request makes
/// the loop wait.
/// </summary>
/// <param name="served">The namespace.</param>
/// <param name="diagnostics">The loop's own.</param>
/// <param name="pathManager">The loop's own.</param>
/// <param name="samples">What was read of subflows now and then.</param>
/// <param name="log">Hears of what the kernel could not be asked.</param>
internal sealed class KernelSockets(
    HostNamespace served, SocketDiagnostics diagnostics, PathManager pathManager, SampleStore samples, ILogger log) : IKernelSockets
{
    public LookAnswer Look(uint token, IEnumerable<SubflowEnds> subflows, bool whole = false, bool isTold = false)
    {
        // A connection can be served without its id; a loop that ended over it would serve none.
        if (!served.CanFindConnections)
            return default;
        try
        {
            var seen = LookAt(token, subflows, whole, isTold);
            if (whole && seen is not null)
                seen = ConnectionSurvey.WithAddresses(seen, diagnostics, pathManager);
            return new LookAnswer(Known: true, seen);
        }
        catch (Exception failure) when (IsKernelFailure(failure))
        {
            log.SocketUnknown(served.Name, token, failure.Message);
            return default;
        }
    }

    public SeenSubflow? Find(SubflowEnds subflow) => FindSocket(subflow, SocketExtensions.Subflow) is { Subflow: not null } socket
        ? SeenSubflow.From(socket)
        : null;

    public SubflowSample? Sample(Subflow subflow, DateTimeOffset now)
    {
        if (subflow.Pending)
            return null;
        return FindSocket(subflow.Ends, SocketExtensions.Info) is { Info: { } info } socket && (subflow.Id == 0 || socket.Cookie == subflow.Id)
            ? SubflowSample.From(info, now)
            : samples.Find(subflow.Id);
    }

    /// <summary>Finds the sockets of a connection whose handshakes are under way between two addresses.</summary>
    /// <param name="token">The connection.</param>
    /// <param name="subflow">Where; the local port may be 0 for any.</param>
    public IReadOnlyList<TcpSocket> FindAttempts(uint token, SubflowEnds subflow)
    {
        var filter = SocketFilter.LocalAddress(Prefixes.Whole(subflow.Local.Address))
            & SocketFilter.RemoteAddress(Prefixes.Whole(subflow.Remote.Address))
            & SocketFilter.RemotePort((ushort)subflow.Remote.Port);
        if (subflow.Local.Port != 0)
            filter &= SocketFilter.LocalPort((ushort)subflow.Local.Port);
        var query = new SocketQuery { States = SocketStates.SynSent, Extensions = SocketExtensions.Subflow, Filter = filter };
        return diagnostics.ListTcpSockets(query).FindAll(socket => socket.Subflow?.LocalToken == token);
    }

    /// <summary>Ends an attempt that <see cref="FindAttempts"/> found.</summary>
    public void GiveUp(TcpSocket attempt)
    {
        try
        {
            diagnostics.DestroyTcpSocket(SocketIdentity.Of(attempt));
        }
        catch (KernelRefusedException refusal) when (refusal.Errno == Mptcp.Native.Interop.Errno.NotFound)
        {
            // It ended by itself meanwhile, and its event tells how.
        }
    }

    /// <summary>Whether an exception says that the kernel could not be asked, or refused.</summary>
    public static bool IsKernelFailure(Exception failure)
        => failure is KernelRefusedException or NetlinkTransportException or NetlinkFormatException or DumpInterruptedException;

    private SeenConnection? LookAt(uint token, IEnumerable<SubflowEnds> subflows, bool whole, bool isTold)
    {
        if (diagnostics.FindConnection(token, SocketExtensions.Info) is not { } socket || !ConnectionSurvey.IsConnection(socket, isTold))
            return null;
        var fallback = socket.Info is { HasFallenBack: true };
        // A client's socket does not show at once where it runs. Without a port all sockets of the host would be gone through.
        IEnumerable<SubflowEnds> initial = socket.Local.Port == 0 || socket.Remote.Port == 0 ? [] : [new(socket.Local, socket.Remote, socket.InterfaceIndex ?? 0)];
        var seen = new List<SeenSubflow>();
        foreach (var ends in initial.Concat(subflows).Distinct().Where(AreOfOneFamily))
        {
            // A failure to ask must not look as if there were no such subflow.
            IEnumerable<TcpSocket> found = ends.Local.Port == 0
                ? FindAttempts(token, ends)
                : diagnostics.FindTcpSocket(ends.Local, ends.Remote, ends.InterfaceIndex, SocketExtensions.Subflow) is { } one ? [one] : [];
            seen.AddRange(found
                .Where(tcp => tcp.Subflow is { } subflow && (subflow.LocalToken == token || (fallback && subflow.LocalToken == 0)))
                .Where(tcp => ConnectionSurvey.IsSubflow(tcp, fallback) && seen.TrueForAll(other => other.Id != tcp.Cookie))
                .Select(SeenSubflow.From)
                .ToList());
        }

        return ConnectionSurvey.Seen(socket, [.. seen], whole ? IsListening : null);
    }

    private bool IsListening(int port) => diagnostics.ListTcpSockets(new SocketQuery
    {
        States = SocketStates.Listening,
        Filter = SocketFilter.LocalPort((ushort)port),
    }).Count > 0;

    private static bool AreOfOneFamily(SubflowEnds ends) => ends.Local.AddressFamily == ends.Remote.AddressFamily;

    private TcpSocket? FindSocket(SubflowEnds ends, SocketExtensions extensions)
    {
        if (!AreOfOneFamily(ends))
            return null;
        try
        {
            return diagnostics.FindTcpSocket(ends.Local, ends.Remote, ends.InterfaceIndex, extensions);
        }
        catch (Exception failure) when (IsKernelFailure(failure))
        {
            log.SubflowUnknown(served.Name, ends.Local, ends.Remote, failure.Message);
            return null;
        }
    }
}
