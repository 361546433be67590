using System.Globalization;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Cli.Parsing;

namespace Mptcp.ControlPlane.Cli.Commands;

/// <summary>A subflow in words.</summary>
static class SubflowText
{
    /// <summary>From where to where.</summary>
    public static string Path(Subflow subflow) => $"{AddressText.Format(subflow.Local)} -> {AddressText.Format(subflow.Remote)}";

    /// <summary>The ids of its two addresses.</summary>
    public static string Ids(Subflow subflow) => string.Create(CultureInfo.InvariantCulture, $"{subflow.LocalId}/{subflow.RemoteId}");

    /// <summary>What is special about it; empty when nothing is.</summary>
    public static string Traits(Subflow subflow) => string.Join(',', TraitsOf(subflow));

    /// <summary>Why it ended: an errno, a reset reason, or both; empty when neither is known.</summary>
    public static string Error(Subflow subflow) => string.Join(", ", ErrorsOf(subflow));

    static IEnumerable<string> TraitsOf(Subflow subflow)
    {
        if (subflow.Initial)
            yield return "initial";
        if (subflow.Backup || subflow.LocalBackup || subflow.RemoteBackup)
            yield return Backup(subflow);
        if (Maker(subflow) is { } maker)
            yield return maker;
        if (subflow.InterfaceIndex != 0)
            yield return "interface=" + subflow.InterfaceIndex.ToString(CultureInfo.InvariantCulture);
    }

    // Who joined it. The initial one says so already.
    static string? Maker(Subflow subflow) => subflow.Maker switch
    {
        SubflowMaker.Policy => "by-policy",
        SubflowMaker.Controller => "by-controller",
        SubflowMaker.Caller => "by-caller",
        SubflowMaker.Host => "by-host",
        SubflowMaker.Peer => "by-peer",
        _ => subflow.Requested ? "requested" : null,
    };

    // Whose wish it is, where the daemon tells that too.
    static string Backup(Subflow subflow) => (subflow.LocalBackup, subflow.RemoteBackup) switch
    {
        (true, true) => "backup=both",
        (true, false) => "backup=local",
        (false, true) => "backup=remote",
        _ => "backup",
    };

    static IEnumerable<string> ErrorsOf(Subflow subflow)
    {
        if (subflow.Error != 0)
            yield return string.Create(CultureInfo.InvariantCulture, $"{subflow.ErrorName} ({subflow.Error})").TrimStart();
        if (subflow.HasResetReason)
            yield return "reset: " + ResetReason(subflow);
    }

    // RFC 8684, section 3.6.
    static string ResetReason(Subflow subflow)
    {
        var reason = subflow.ResetReason switch
        {
            0 => "unspecified",
            1 => "MPTCP-specific error",
            2 => "lack of resources",
            3 => "administratively prohibited",
            4 => "too much outstanding data",
            5 => "unacceptable performance",
            6 => "middlebox interference",
            var other => "reason " + other.ToString(CultureInfo.InvariantCulture),
        };
        return subflow.HasResetFlags && (subflow.ResetFlags & 1) != 0 ? reason + " (transient)" : reason;
    }
}
