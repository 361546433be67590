using System.CommandLine;
using Google.Protobuf.Collections;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Cli.Parsing;

namespace Mptcp.ControlPlane.Cli.Commands;

/// <summary>
/// The options by which connections are selected. A connection must fit each of those that are given; of one that is
/// repeated, any of its values.
/// </summary>
sealed class ConnectionFilterOptions
{
    static readonly IReadOnlyList<string> StateNames = EnumText.Names<ConnectionState>();

    readonly Option<ConnectionState[]> _states = Parsed.OptionList(
        "--state",
        "STATE",
        $"Only connections in this state; may be repeated: {string.Join(", ", StateNames)}",
        text => EnumText.Parse<ConnectionState>(text, StateNames));
    readonly Option<EndPattern[]> _local = Ends("--local", "local");
    readonly Option<EndPattern[]> _remote = Ends("--remote", "remote");
    readonly Option<bool> _server = Parsed.Flag("--server", "Only connections that the peer opened");
    readonly Option<bool> _client = Parsed.Flag("--client", "Only connections that this host opened");
    readonly Option<uint[]> _uids = OwnerOptions.Uids();
    readonly Option<string[]> _commands = OwnerOptions.Commands();

    public ConnectionFilterOptions(Command command)
    {
        _states.CompletionSources.Add(_ => StateNames);
        foreach (var option in All)
            command.Add(option);
    }

    /// <summary>Every one of them.</summary>
    public IReadOnlyList<Option> All => [_states, _local, _remote, _server, _client, _uids, _commands];

    /// <summary>Says how they do not go together.</summary>
    public IEnumerable<string> Check(ParseResult arguments)
    {
        if (arguments.IsGiven(_server) && arguments.IsGiven(_client))
            yield return "--server and --client exclude each other";
    }

    /// <summary>The filter that the options stand for; null when none is given.</summary>
    public ConnectionFilter? Of(ParseResult arguments)
    {
        if (!All.Any(arguments.IsGiven))
            return null;
        var filter = new ConnectionFilter
        {
            States = { arguments.GetValue(_states) ?? [] },
            Uids = { arguments.GetValue(_uids) ?? [] },
            Commands = { arguments.GetValue(_commands) ?? [] },
        };
        if (arguments.IsGiven(_server) || arguments.IsGiven(_client))
            filter.ServerSide = arguments.GetValue(_server);
        foreach (var end in arguments.GetValue(_local) ?? [])
            Add(end, filter.LocalPrefixes, filter.LocalPorts);
        foreach (var end in arguments.GetValue(_remote) ?? [])
            Add(end, filter.RemotePrefixes, filter.RemotePorts);
        return filter;
    }

    static void Add(EndPattern end, RepeatedField<string> prefixes, RepeatedField<PortRange> ports)
    {
        if (end.Prefix.Length > 0)
            prefixes.Add(end.Prefix);
        if (end.Ports is not null)
            ports.Add(end.Ports);
    }

    static Option<EndPattern[]> Ends(string name, string which) => Parsed.OptionList(
        name,
        EndPattern.Forms,
        $"Only connections of which a subflow has this {which} prefix, port (:443), range of ports (:1000-2000), or both; IPv6 with"
            + " a port as [2001:db8::/32]:443; may be repeated",
        EndPattern.Parse);
}
