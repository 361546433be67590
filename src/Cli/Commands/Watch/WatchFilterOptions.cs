using System.CommandLine;
using Google.Protobuf.Collections;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Cli.Parsing;

namespace Mptcp.ControlPlane.Cli.Commands;

/// <summary>
/// The options by which events are selected. An event must fit each of those that are given; of one that is repeated, any of
/// its values.
/// </summary>
sealed class WatchFilterOptions
{
    static readonly IReadOnlyList<string> TypeNames = EnumText.Names<EventType>();

    readonly Option<EventType[]> _types = Types(
        "--type",
        $"Only events of this type; may be repeated: {string.Join(", ", TypeNames)}");
    readonly Option<EventType[]> _deniedTypes = Types("--deny-type", "No events of this type, whatever else is given; may be repeated");
    readonly Option<uint[]> _tokens = Parsed.OptionList(
        "--token",
        "TOKEN",
        "Only events of the connection with this token; may be repeated",
        TokenText.Parse);
    readonly Option<uint[]> _uids = OwnerOptions.Uids();
    readonly Option<string[]> _cgroups = OwnerOptions.Cgroups();
    readonly Option<string[]> _commands = OwnerOptions.Commands();

    public WatchFilterOptions(Command command)
    {
        foreach (var option in new Option[] { _types, _deniedTypes, _tokens, _uids, _cgroups, _commands })
            command.Add(option);
    }

    /// <summary>Puts the filters that the options stand for into a request.</summary>
    public void AddTo(WatchRequest request, ParseResult arguments)
    {
        Add(request.Allow, new EventFilter
        {
            Types_ = { arguments.GetValue(_types) ?? [] },
            Tokens = { arguments.GetValue(_tokens) ?? [] },
            Uids = { arguments.GetValue(_uids) ?? [] },
            Cgroups = { arguments.GetValue(_cgroups) ?? [] },
            Commands = { arguments.GetValue(_commands) ?? [] },
        });
        Add(request.Deny, new EventFilter { Types_ = { arguments.GetValue(_deniedTypes) ?? [] } });
    }

    // An empty filter matches everything, which is not what an option that was not given means.
    static void Add(RepeatedField<EventFilter> filters, EventFilter filter)
    {
        if (!filter.Equals(new EventFilter()))
            filters.Add(filter);
    }

    static Option<EventType[]> Types(string name, string description)
    {
        var option = Parsed.OptionList(name, "TYPE", description, text => EnumText.Parse<EventType>(text, TypeNames));
        option.CompletionSources.Add(_ => TypeNames);
        return option;
    }
}
