namespace Mptcp.Kernel.Tests.Support;

/// <summary>Which end of a connection acts.</summary>
public enum Side
{
    /// <summary>The end that connected.</summary>
    Client,

    /// <summary>The end that accepted.</summary>
    Server,
}
