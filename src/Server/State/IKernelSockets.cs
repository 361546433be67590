namespace Mptcp.ControlPlane.Server.State;

/// <summary>What the state asks the kernel while it takes an event. The kernel loop's thread asks, and waits for the answer.</summary>
internal interface IKernelSockets
{
    /// <summary>Looks at a connection, and of its subflows at the one it began with and at those named.</summary>
    /// <param name="token">The connection's token.</param>
    /// <param name="subflows">Subflows that it may have; one of local port 0 may be any attempt between these addresses.</param>
    /// <param name="whole">
    /// Whether to ask for its path manager, the addresses that it announces, and which side of it this host is: what only its adoption
    /// and a comparison need, and what takes longer.
    /// </param>
    /// <param name="isTold">Whether its beginning has just been told, which its socket may not show yet.</param>
    LookAnswer Look(uint token, IEnumerable<SubflowEnds> subflows, bool whole = false, bool isTold = false);

    /// <summary>Looks at a subflow.</summary>
    /// <returns>Null when there is none between these ends, or the kernel cannot be asked.</returns>
    SeenSubflow? Find(SubflowEnds subflow);

    /// <summary>Reads a subflow's figures one last time, or recalls them.</summary>
    /// <returns>Null when they were never read.</returns>
    SubflowSample? Sample(Subflow subflow, DateTimeOffset now);
}
