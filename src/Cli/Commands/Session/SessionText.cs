using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Cli.Parsing;

namespace Mptcp.ControlPlane.Cli.Commands;

/// <summary>Sessions of controllers in words.</summary>
static class SessionText
{
    /// <summary>What happened to a session, and whose it is.</summary>
    public static IEnumerable<string> Details(SessionChange change)
    {
        var session = change.Session ?? new Session();
        yield return EnumText.Format(change.Kind);
        yield return "role=" + session.Role;
        yield return "session=" + NumberText.Format(session.Id);
        yield return "election-id=" + NumberText.Format(session.ElectionId);
        // It is chosen by the controller, and must not look like anything else of the line.
        if (session.Name.Length > 0)
            yield return $"name=\"{session.Name.Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
        if (session.Primary && change.Kind != SessionChangeKind.Primary)
            yield return "primary";
        if (PolicyText.Author(session.Caller) is { Length: > 0 } caller)
            yield return "of " + caller;
        if (PolicyText.Author(change.OverriddenBy) is { Length: > 0 } author)
            yield return "by " + author;
        if (change.Error is { } error)
            yield return $"{(error.Reason.Length > 0 ? error.Reason : ((StatusCode)error.Code).ToString())}: {error.Message}";
    }
}
