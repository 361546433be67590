using System.Net;
using Mptcp.ControlPlane.Server.State;
using Mptcp.Native.Diagnostics.Information;

namespace Mptcp.ControlPlane.Server.Tests.State;

/// <summary>Plays the kernel's sockets: they are what a test says.</summary>
internal sealed class FakeSockets : IKernelSockets
{
    /// <summary>The connections, by their tokens.</summary>
    public Dictionary<uint, SeenConnection> Connections { get; } = [];

    /// <summary>The last figures of subflows, by their ids.</summary>
    public Dictionary<ulong, SubflowSample> Samples { get; } = [];

    /// <summary>False when the kernel cannot be asked.</summary>
    public bool Answer { get; set; } = true;

    /// <summary>How often a connection was looked at.</summary>
    public int Looks { get; private set; }

    public LookAnswer Look(uint token, IEnumerable<SubflowEnds> subflows, bool whole = false, bool isTold = false)
    {
        Looks++;
        return Answer ? new LookAnswer(Known: true, Connections.GetValueOrDefault(token)) : default;
    }

    public SeenSubflow? Find(SubflowEnds subflow)
        => Connections.Values.SelectMany(connection => connection.Subflows)
            .FirstOrDefault(seen => seen.Local.Equals(subflow.Local) && seen.Remote.Equals(subflow.Remote));

    public SubflowSample? Sample(Subflow subflow, DateTimeOffset now) => Samples.GetValueOrDefault(subflow.Id);

    /// <summary>A connection with its initial subflow, which the peer began.</summary>
    public static SeenConnection Connection(ulong id) => new(KernelEvents.Token, id, KernelEvents.Local, KernelEvents.Remote)
    {
        UserId = 1000,
        ServerSide = true,
        Subflows = [Initial],
    };

    /// <summary>Its initial subflow.</summary>
    public static SeenSubflow Initial { get; } = new(12, KernelEvents.Local, KernelEvents.Remote)
    {
        Flags = SubflowFlags.RemoteCapable | SubflowFlags.FullyEstablished | SubflowFlags.Connected,
    };

    /// <summary>Its second subflow, which this host began.</summary>
    public static SeenSubflow Second(int port, ulong id = 22) => new(id, new IPEndPoint(KernelEvents.SecondLocal, port), KernelEvents.SecondRemote)
    {
        Flags = SubflowFlags.LocalJoin | SubflowFlags.RemoteJoin | SubflowFlags.FullyEstablished | SubflowFlags.Connected,
        LocalId = 2,
        RemoteId = 1,
    };
}
