using Mptcp.ControlPlane.Server.Kernel.Namespaces;
using Mptcp.ControlPlane.Server.Policies.Revisions;
using Mptcp.ControlPlane.Server.Sessions.Controllers;
using Mptcp.ControlPlane.Server.Sessions.Deciding;

namespace Mptcp.ControlPlane.Server.Sessions.Writing;

/// <summary>Keeps callers from writing where a controller decides.</summary>
internal sealed class ScopeGuard(IControllerTarget target, WriteGate gate, SessionRegistry sessions)
{
    /// <summary>Begins a write of a caller to a connection. What it returns ends it.</summary>
    /// <param name="served">The namespace of the connection.</param>
    /// <param name="token">The connection's token.</param>
    /// <param name="overrides">Whether the caller does it although a controller decides.</param>
    /// <param name="caller">Who it is.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="SessionRefusedException">A controller decides about the connection.</exception>
    public async Task<IDisposable> BeginAsync(
        HostNamespace served, uint token, bool overrides, PolicyAuthor caller, CancellationToken cancellation)
    {
        // First of all, so that a primary who comes now waits for its end.
        var write = gate.Enter();
        try
        {
            if (await target.FindHolderAsync(served, token, cancellation) is not { } holder)
                return write;
            if (!overrides)
                throw HeldScope.Refuse(holder);
            if (!IsAdministrator(caller))
            {
                throw new SessionRefusedException(
                    SessionRefusal.OverrideForbidden, $"{caller} is no administrator, who alone may override the controller of a connection");
            }

            sessions.NoteOverride(holder, caller);
            return write;
        }
        catch
        {
            write.Dispose();
            throw;
        }
    }

    // Over the Unix socket alone it is known who calls.
    private static bool IsAdministrator(PolicyAuthor caller)
        => caller.Kind == PolicyAuthorKind.Process && caller.UserId == 0;
}
