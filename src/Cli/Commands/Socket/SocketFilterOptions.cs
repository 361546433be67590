using System.CommandLine;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Cli.Parsing;

namespace Mptcp.ControlPlane.Cli.Commands;

/// <summary>
/// The options by which sockets are selected. A socket must fit each of those that are given; of one that is repeated, any of its values.
/// </summary>
sealed class SocketFilterOptions
{
    readonly Option<EndPattern[]> _local = Ends("--local", "local");
    readonly Option<EndPattern[]> _remote = Ends("--remote", "remote");
    readonly Option<string[]> _interfaces = Parsed.OptionList(
        "--interface", "NAME", "Only sockets that are bound to this network interface; may be repeated", text => text);

    public SocketFilterOptions(Command command)
    {
        foreach (var option in All)
            command.Add(option);
    }

    public IReadOnlyList<Option> All => [_local, _remote, _interfaces];

    /// <summary>The filter that the options stand for; null when none is given.</summary>
    public SocketFilter? Of(ParseResult arguments)
    {
        List<SocketFilter> conditions =
        [
            .. Any(arguments.GetValue(_local)?.Select(end => End(
                end, prefix => new() { LocalPrefix = prefix }, ports => new() { LocalPort = ports }))),
            .. Any(arguments.GetValue(_remote)?.Select(end => End(
                end, prefix => new() { RemotePrefix = prefix }, ports => new() { RemotePort = ports }))),
            .. Any(arguments.GetValue(_interfaces)?.Select(name => new SocketFilter { Interface = name })),
        ];
        return conditions.Count == 0 ? null : AllOf(conditions);
    }

    static Option<EndPattern[]> Ends(string name, string which) => Parsed.OptionList(
        name,
        EndPattern.Forms,
        $"Only sockets with this {which} prefix, port (:443), range of ports (:1000-2000), or both; IPv6 with a port as"
            + " [2001:db8::/32]:443; may be repeated",
        EndPattern.Parse);

    static SocketFilter End(EndPattern end, Func<string, SocketFilter> prefix, Func<PortRange, SocketFilter> ports)
    {
        var conditions = new List<SocketFilter>();
        if (end.Prefix.Length > 0)
            conditions.Add(prefix(end.Prefix));
        if (end.Ports is not null)
            conditions.Add(ports(end.Ports));
        return AllOf(conditions);
    }

    static IEnumerable<SocketFilter> Any(IEnumerable<SocketFilter>? filters) => filters?.ToList() switch
    {
        null or [] => [],
        [var one] => [one],
        var several => [new SocketFilter { Any = new SocketFilterList { Filters = { several } } }],
    };

    static SocketFilter AllOf(List<SocketFilter> filters) =>
        filters is [var one] ? one : new SocketFilter { All = new SocketFilterList { Filters = { filters } } };
}
