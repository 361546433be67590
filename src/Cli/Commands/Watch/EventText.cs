using System.Globalization;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Cli.Parsing;

namespace Mptcp.ControlPlane.Cli.Commands;

/// <summary>What an event is about, in words.</summary>
static class EventText
{
    /// <summary>The addresses or the interface it is about.</summary>
    public static string Path(Event item) => item.SubjectCase switch
    {
        Event.SubjectOneofCase.Connection => $"{AddressText.Format(item.Connection.Local)} -> {AddressText.Format(item.Connection.Remote)}",
        Event.SubjectOneofCase.Subflow => SubflowText.Path(item.Subflow),
        Event.SubjectOneofCase.Address => AddressText.Format(item.Address.Address),
        Event.SubjectOneofCase.Listener => AddressText.Format(item.Listener),
        Event.SubjectOneofCase.Interface => item.Interface.Name,
        Event.SubjectOneofCase.LocalAddress => $"{InterfaceText.Address(item.LocalAddress.Address)} dev {item.LocalAddress.InterfaceName}",
        _ => "",
    };

    /// <summary>What else there is to say of it.</summary>
    public static string Detail(Event item) => string.Join(' ', Details(item).Concat(Origin(item)).Where(text => text.Length > 0));

    static IEnumerable<string> Details(Event item) => item.SubjectCase switch
    {
        Event.SubjectOneofCase.Connection => Details(item.Connection),
        Event.SubjectOneofCase.Subflow => Details(item.Subflow),
        Event.SubjectOneofCase.Address => ["id=" + NumberText.Format(item.Address.Id)],
        Event.SubjectOneofCase.Interface => InterfaceText.Usabilities(item.Interface).Prepend(InterfaceText.State(item.Interface)),
        Event.SubjectOneofCase.Policies => Details(item.Policies),
        Event.SubjectOneofCase.Session => SessionText.Details(item.Session),
        Event.SubjectOneofCase.LocalAddress =>
            [InterfaceText.Usability(item.LocalAddress.Address), InterfaceText.Traits(item.LocalAddress.Address)],
        _ => [],
    };

    static IEnumerable<string> Details(Subflow subflow) =>
        ["ids=" + SubflowText.Ids(subflow), SubflowText.Traits(subflow), SubflowText.Error(subflow), Carried(subflow.LastSample)];

    static IEnumerable<string> Details(PoliciesChange policies)
    {
        yield return EnumText.Format(policies.Kind);
        yield return $"revision={PolicyText.Number(policies.Revision)}";
        yield return PolicyText.Enforcement(policies.Enforcement);
        if (policies.RolledBackTo != 0)
            yield return $"as={PolicyText.Number(policies.RolledBackTo)}";
        if (policies.ConfirmDeadline is { } deadline)
            yield return $"confirm-before={PolicyText.Time(deadline)}";
        yield return "by " + PolicyText.Author(policies.Author);
    }

    static string Carried(SubflowSample? sample) => sample is null
        ? ""
        : string.Create(CultureInfo.InvariantCulture, $"sent={sample.BytesSent} received={sample.BytesReceived}");

    static IEnumerable<string> Details(Connection connection)
    {
        yield return EnumText.Format(connection.State);
        yield return connection.ServerSide ? "server" : "client";
        if (connection.Subflows.Count > 0)
            yield return string.Create(CultureInfo.InvariantCulture, $"subflows={connection.Subflows.Count}");
    }

    // What the kernel told, and a snapshot, are what one expects.
    static IEnumerable<string> Origin(Event item)
    {
        var words = new List<string>();
        if (item.Origin is EventOrigin.Derived or EventOrigin.Reconciled)
            words.Add(EnumText.Format(item.Origin));
        if (item.Cause != EventCause.Unspecified)
            words.Add(EnumText.Format(item.Cause));
        return words.Count == 0 ? [] : [$"({string.Join(": ", words)})"];
    }
}
