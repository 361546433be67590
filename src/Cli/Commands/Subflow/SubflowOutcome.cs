using Mptcp.Control.V1;
using Mptcp.ControlPlane.Cli.Parsing;

namespace Mptcp.ControlPlane.Cli.Commands;

/// <summary>What became of a subflow that was asked for.</summary>
static class SubflowOutcome
{
    const uint NetworkUnreachable = 101;
    const uint ConnectionReset = 104;
    const uint TimedOut = 110;
    const uint ConnectionRefused = 111;
    const uint HostUnreachable = 113;

    /// <summary>Says why it did not come to be, or null when it did or still may.</summary>
    public static string? ProblemOf(CreateSubflowResponse response, TimeSpan wait)
    {
        if (response.WaitExpired)
        {
            return $"timed out after {DurationText.Format(wait)}: no answer from {AddressText.Format(response.Subflow.Remote)};"
                + " the kernel goes on trying";
        }

        return response.Subflow.State is SubflowState.Failed or SubflowState.Closed ? Failure(response.Subflow) : null;
    }

    /// <summary>Says how it stands.</summary>
    public static string Describe(Subflow subflow)
    {
        var text = $"{EnumText.Format(subflow.State)} {SubflowText.Path(subflow)} (ids {SubflowText.Ids(subflow)})";
        return subflow.State == SubflowState.Established ? text : text + "; 'mptcpctl watch' tells how it ends, and --wait waits for that";
    }

    static string Failure(Subflow subflow)
    {
        var verb = subflow.Error == ConnectionRefused ? "refused" : "failed";
        var remote = AddressText.Format(subflow.Remote);
        var meaning = subflow.Error switch
        {
            ConnectionRefused => $"nothing listens at {remote}, or something on the way refuses it",
            TimedOut => $"no answer from {remote}",
            NetworkUnreachable or HostUnreachable => $"no path leads from {AddressText.Format(subflow.Local)} to {remote}",
            ConnectionReset => $"{remote} ended the handshake",
            _ => SubflowText.Path(subflow),
        };
        var error = SubflowText.Error(subflow);
        return error.Length == 0 ? $"subflow {verb}: {meaning}" : $"subflow {verb}: {error}: {meaning}";
    }
}
