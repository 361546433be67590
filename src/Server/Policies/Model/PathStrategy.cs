namespace Mptcp.ControlPlane.Server.Policies.Model;

/// <summary>Which subflows a connection shall have.</summary>
internal enum PathStrategy
{
    /// <summary>None beside those that it has from its application and its peer.</summary>
    None,

    /// <summary>One between each local address and each of the peer's, of one family.</summary>
    FullMesh,

    /// <summary>Several between the two addresses that the connection began with, from ports of their own.</summary>
    Ndiffports,

    /// <summary>One from each interface.</summary>
    PerInterface,

    /// <summary>What a remote controller says.</summary>
    Delegate,
}
