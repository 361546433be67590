using System.CommandLine;

namespace Mptcp.ControlPlane.Cli.Commands;

/// <summary>The commands by noun.</summary>
static class Nouns
{
    public static IEnumerable<Command> Create(GlobalOptions globals) =>
    [
        new("node", "The host, what its kernel can do, its addresses, and its MPTCP sysctls")
        {
            new NodeShowCommand(globals),
            new NodeNamespacesCommand(globals),
            new NodeInterfacesCommand(globals),
            new NodeSysctlsCommand(globals),
            new NodeSetCommand(globals),
        },
        new("endpoint", "The addresses of which the in-kernel path manager makes use")
        {
            new EndpointListCommand(globals),
            new EndpointAddCommand(globals),
            new EndpointSetCommand(globals),
            new EndpointDeleteCommand(globals),
            new EndpointFlushCommand(globals),
        },
        new("limits", "What the in-kernel path manager may do per connection")
        {
            new LimitsShowCommand(globals),
            new LimitsSetCommand(globals),
        },
        new("connection", "MPTCP connections, and what the kernel knows of each")
        {
            new ConnectionListCommand(globals),
            new ConnectionShowCommand(globals),
            new ConnectionCloseCommand(globals),
            new ConnectionReconcileCommand(globals),
        },
        new("subflow", "The TCP flows of connections")
        {
            new SubflowListCommand(globals),
            new SubflowCreateCommand(globals),
            new SubflowDestroyCommand(globals),
            new SubflowSetCommand(globals),
        },
        new("address", "The addresses of which a connection's peer is told")
        {
            new AddressAnnounceCommand(globals),
            new AddressWithdrawCommand(globals),
        },
        new("socket", "MPTCP and TCP sockets as the kernel has them")
        {
            new SocketListCommand(globals),
        },
        new("policy", "Which paths connections shall have, and what comes of it")
        {
            new PolicyApplyCommand(globals),
            new PolicyShowCommand(globals),
            new PolicyExplainCommand(globals),
            new PolicyEndpointsCommand(globals),
            new PolicyHistoryCommand(globals),
            new PolicyConfirmCommand(globals),
            new PolicyRollbackCommand(globals),
        },
        new("session", "The sessions of controllers, which decide about connections in the daemon's place")
        {
            new SessionListCommand(globals),
        },
        new AuditCommand(globals),
        new SampleCommand(globals),
        new WatchCommand(globals),
        new CompletionCommand(globals.Terminal),
    ];
}
