using System.Net;
using Mptcp.ControlPlane.Server.State;

namespace Mptcp.ControlPlane.Server.Policies.Enforcement.Ahead;

/// <summary>A client's connection, as no more than an event tells of it.</summary>
/// <param name="Token">Its token.</param>
/// <param name="Local">This end of its initial subflow.</param>
/// <param name="Remote">The other end.</param>
/// <param name="DenyJoinInitialAddress">Whether the peer wants no subflows to that address.</param>
internal readonly record struct BegunConnection(uint Token, IPEndPoint Local, IPEndPoint Remote, bool DenyJoinInitialAddress)
{
    /// <summary>As it is once it is established.</summary>
    /// <param name="namespaceName">The name of its namespace.</param>
    public Connection AsEstablished(string namespaceName) => new(namespaceName, Token, 0)
    {
        State = ConnectionState.Established,
        Local = Local,
        Remote = Remote,
        DenyJoinInitialAddress = DenyJoinInitialAddress,
        Subflows = [new Subflow(Local, Remote, SubflowState.Established) { Initial = true, Maker = SubflowMaker.Application }],
    };
}
