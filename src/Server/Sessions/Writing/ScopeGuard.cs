using Mptcp.ControlPlane.Server.Kernel.Namespaces;
using Mptcp.ControlPlane.Server.Sessions.Controllers;
using Mptcp.ControlPlane.Server.Sessions.Deciding;

namespace Mptcp.ControlPlane.Server.Sessions.Writing;

/// <summary>Keeps callers from writing where a controller decides.</summary>
internal sealed class ScopeGuard(IControllerTarget target, WriteGate gate, SessionRegistry sessions)
{
    /// <summary>Begins a write of a caller to a connection. What it returns ends it.</summary>
    /// <param name="served">The namespace of the connection.</param>
    /// <param name="token">The connection's token.</param>
    /// <param name="writer">Who it is.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="SessionRefusedException">A controller decides about the connection.</exception>
    public async Task<IDisposable> BeginAsync(
        HostNamespace served, uint token, Writer writer, CancellationToken cancellation)
    {
        // First of all, so that a primary who comes now waits for its end.
        var write = gate.Enter();
        try
        {
            if (await target.FindHolderAsync(served, token, cancellation) is not { } holder)
                return write;
            if (!writer.Overrides)
                throw HeldScope.Refuse(holder);
            if (!writer.MayOverride)
            {
                throw new SessionRefusedException(
                    SessionRefusal.OverrideForbidden, $"{writer.Author} is no administrator, who alone may override the controller of a connection");
            }

            writer.Overriding?.Invoke(holder);
            sessions.NoteOverride(holder, writer.Author);
            return write;
        }
        catch
        {
            write.Dispose();
            throw;
        }
    }
}
