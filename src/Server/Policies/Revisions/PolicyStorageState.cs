namespace Mptcp.ControlPlane.Server.Policies.Revisions;

/// <summary>Whether revisions are kept across restarts.</summary>
internal enum PolicyStorageState
{
    /// <summary>They are.</summary>
    Kept,

    /// <summary>They are not: there is no directory for them.</summary>
    NotKept,

    /// <summary>They are, but at the start the newest copy could not be read, and the one before it could.</summary>
    Recovered,

    /// <summary>They are, but at the start no copy could be read.</summary>
    Lost,
}
