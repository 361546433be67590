using System.Net.Sockets;
using System.Text;
using Mptcp.ControlPlane.Client;

namespace Mptcp.ControlPlane.Cli.Errors;

/// <summary>Says in one line what a failed call means, and what to do.</summary>
/// <param name="address">Where the daemon was called.</param>
/// <param name="timeout">How long it had.</param>
sealed class ErrorLine(ControlPlaneAddress address, TimeSpan timeout)
{
    public (ExitCode ExitCode, string Text) Of(ControlPlaneError error) => error.Origin switch
    {
        ControlPlaneErrorOrigin.Unreachable => (ExitCode.Unreachable, Unreachable(error)),
        ControlPlaneErrorOrigin.Transport =>
            (ExitCode.Unreachable, $"the connection to mptcp-controld at {address} broke: {error.Message}"),
        ControlPlaneErrorOrigin.Deadline => (ExitCode.Unreachable, Late),
        ControlPlaneErrorOrigin.Caller => (ExitCode.Interrupted, "interrupted; whether the daemon did what was asked is not known"),
        _ => (ExitCode.Refused, Refusal(error)),
    };

    string Late => $"no answer from mptcp-controld at {address} in {DurationText.Format(timeout)} (--timeout);"
        + " whether it did what was asked is not known";

    string Unreachable(ControlPlaneError error)
    {
        const string Elsewhere = $"is the daemon running? (--address or {GlobalOptions.AddressVariable})";
        var isSocket = address.SocketPath is not null;
        var why = error.SocketError switch
        {
            // .NET has no word of its own for ENOENT.
            SocketError.AddressNotAvailable when isSocket => "no such socket; " + Elsewhere,
            SocketError.ConnectionRefused => "nothing listens there; " + Elsewhere,
            SocketError.AccessDenied when isSocket =>
                $"permission denied; be in the group that may use the socket ('ls -lL {address.SocketPath}' shows it), or root",
            _ => error.Message,
        };
        return $"cannot reach mptcp-controld at {address}: {why}";
    }

    static string Refusal(ControlPlaneError error)
    {
        var text = new StringBuilder(error.Message.Length > 0 ? error.Message.TrimEnd('.') : $"refused with {error.StatusCode}");
        // A daemon's message may list the violations by itself.
        var unsaid = error.Violations
            .Where(violation => !error.Message.Contains(violation.Description.TrimEnd('.'), StringComparison.OrdinalIgnoreCase))
            .Select(violation => $"{violation.Field}: {violation.Description.TrimEnd('.')}")
            .ToList();
        if (unsaid.Count > 0)
            text.Append(": ").AppendJoin("; ", unsaid);
        if (KernelWords(error, error.Message) is { } words)
            text.Append(" (").Append(words).Append(')');
        if (ErrorHints.For(error) is { } hint)
            text.Append("; ").Append(hint);
        return text.ToString();
    }

    // What the kernel said, as far as the daemon's message does not say it already.
    static string? KernelWords(ControlPlaneError error, string message)
    {
        var words = new[] { error.ErrnoName, error.KernelText }
            .Where(words => !string.IsNullOrEmpty(words) && !message.Contains(words, StringComparison.OrdinalIgnoreCase))
            .ToList();
        return words.Count == 0 ? null : "kernel: " + string.Join(", ", words);
    }
}
