using System.Net;
using Mptcp.ControlPlane.Server.Policies.Reconciliation;
using Mptcp.ControlPlane.Server.State;
using Mptcp.Native.Diagnostics.Information;

namespace Mptcp.ControlPlane.Server.Tests.Policies.Enforcement;

/// <summary>A subflow of <see cref="SimulatedKernel"/>.</summary>
internal sealed record SimulatedSubflow(IPEndPoint Local, IPEndPoint Remote, ulong Cookie)
{
    public byte LocalId { get; init; }

    public byte RemoteId { get; init; }

    public SubflowFlags Flags { get; init; }

    public bool IsEstablished { get; set; }

    public bool Backup { get; set; }

    public PathKey Key => new(Local.Address, Remote);

    public bool IsInitial => (Flags & (SubflowFlags.LocalJoin | SubflowFlags.RemoteJoin)) == 0;

    public SeenSubflow Seen => new(Cookie, Local, Remote)
    {
        Flags = Flags | (Backup ? SubflowFlags.LocalBackup : SubflowFlags.None) | SubflowFlags.FullyEstablished,
        LocalId = LocalId,
        RemoteId = RemoteId,
        IsConnecting = !IsEstablished,
    };
}
