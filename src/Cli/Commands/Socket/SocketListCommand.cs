using System.CommandLine;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Cli.Output;
using Mptcp.ControlPlane.Cli.Parsing;

namespace Mptcp.ControlPlane.Cli.Commands;

/// <summary><c>socket list</c></summary>
sealed class SocketListCommand : ControlCommand
{
    static readonly IReadOnlyList<string> Protocols = EnumText.Names<SocketProtocol>();
    static readonly IReadOnlyList<string> Families = ["4", "6"];

    readonly Option<SocketProtocol> _protocol = ProtocolOption(
        "mptcp, connections as a whole, or tcp, subflows and plain TCP [default: mptcp]");
    readonly Option<(SocketState State, SocketStateSet Set)[]> _states = Parsed.OptionList(
        "--state",
        "STATE",
        $"Only sockets in this state, or in one of this set of states; may be repeated: {string.Join(", ", SocketStateText.Names)}"
            + " [default: connected]",
        SocketStateText.Parse);
    readonly Option<SocketFamily> _family = Parsed.Option("--family", "4|6", "Only IPv4 or only IPv6 sockets", ParseFamily);
    readonly SocketFilterOptions _filter;
    readonly Option<bool> _info = Parsed.Flag("--info", "Show below each socket all that the kernel tells of it, in the words of 'ss -tiem'");

    public SocketListCommand(GlobalOptions globals)
        : base(globals, "list", "List MPTCP or TCP sockets as the kernel has them, as ss does")
    {
        _states.CompletionSources.Add(_ => SocketStateText.Names);
        _family.CompletionSources.Add(_ => Families);
        _info.Aliases.Add("-i");
        Add(_protocol);
        Add(_states);
        Add(_family);
        _filter = new SocketFilterOptions(this);
        Add(_info);
    }

    public static Option<SocketProtocol> ProtocolOption(string description)
    {
        var option = Parsed.Option("--protocol", "mptcp|tcp", description, text => EnumText.Parse<SocketProtocol>(text, Protocols));
        option.CompletionSources.Add(_ => Protocols);
        return option;
    }

    protected override async Task ExecuteAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var sockets = invocation.Client.ListSocketsAsync(RequestOf(invocation), cancellationToken);
        if (invocation.Printer.IsJson)
            await ShowJsonAsync(sockets, invocation.Printer, cancellationToken);
        else
            await ShowTableAsync(sockets, invocation, cancellationToken);
    }

    // A line each, for there may be very many; the last says that none is missing.
    static async Task ShowJsonAsync(IAsyncEnumerable<SocketInfo> sockets, Printer printer, CancellationToken cancellationToken)
    {
        var complete = new SocketListComplete();
        await foreach (var socket in sockets.WithCancellation(cancellationToken))
        {
            printer.ShowJsonLine("socket", socket);
            complete.Total++;
        }

        printer.ShowJsonLine("complete", complete);
        await printer.FlushAsync(cancellationToken);
    }

    async Task ShowTableAsync(IAsyncEnumerable<SocketInfo> sockets, Invocation invocation, CancellationToken cancellationToken)
    {
        var withInfo = invocation.Arguments.GetValue(_info);
        var table = invocation.Arguments.GetValue(_protocol) == SocketProtocol.Tcp ? SocketTable.OfTcp() : SocketTable.OfMptcp();
        await foreach (var socket in sockets.WithCancellation(cancellationToken))
            table.Add(socket, withInfo);
        invocation.Printer.ShowTable(table.Table);
    }

    ListSocketsRequest RequestOf(Invocation invocation)
    {
        var arguments = invocation.Arguments;
        var states = arguments.GetValue(_states) ?? [];
        var protocol = arguments.GetValue(_protocol);
        var request = new ListSocketsRequest
        {
            Protocol = protocol,
            States = { states.Where(state => state.Set == default).Select(state => state.State) },
            StateSets = { states.Where(state => state.Set != default).Select(state => state.Set) },
            Family = arguments.GetValue(_family),
            Filter = _filter.Of(arguments),
        };
        // The kernel need not tell what is not shown.
        if (!invocation.Printer.IsJson && !arguments.GetValue(_info))
            request.Extensions.AddRange(SocketTable.Extensions);
        return request;
    }

    static SocketFamily ParseFamily(string text) => text switch
    {
        "4" => SocketFamily.Ipv4,
        "6" => SocketFamily.Ipv6,
        _ => throw new FormatException($"'{text}' is not one of {string.Join(", ", Families)}"),
    };
}
