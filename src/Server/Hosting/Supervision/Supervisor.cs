using System.Runtime.InteropServices;
using Mptcp.ControlPlane.Server.Telemetry;
using Mptcp.Native.Interop;
using Mptcp.Native.Supervision;

namespace Mptcp.ControlPlane.Server.Hosting.Supervision;

/// <summary>The service manager, as it is told of things. Where there is none, nobody is told. Any thread may use it.</summary>
internal sealed class Supervisor : IDisposable
{
    private readonly SupervisorSocket? _socket;
    private readonly ILogger<Supervisor> _log;

    public Supervisor(SupervisionSettings settings, ILogger<Supervisor> log)
    {
        _log = log;
        if (settings.Address is not { } address)
            return;
        try
        {
            _socket = SupervisorSocket.Connect(address);
        }
        catch (SystemCallException failure)
        {
            // A daemon that nobody hears of can still do its work.
            log.SupervisorUnreachable(failure.Message);
        }
    }

    /// <summary>Whether there is one.</summary>
    public bool IsThere => _socket is not null;

    /// <summary>Tells it something.</summary>
    /// <param name="lines">The lines of the message, each <c>NAME=VALUE</c>.</param>
    public void Tell(params ReadOnlySpan<string> lines) => TryTell(null, lines);

    /// <summary>Tells it something, and gives it a descriptor.</summary>
    /// <returns>False when it could not be told, of which the log hears.</returns>
    public bool TryTell(SafeHandle? descriptor, params ReadOnlySpan<string> lines)
    {
        if (_socket is null)
            return false;
        try
        {
            _socket.Send(string.Join('\n', lines), descriptor);
            return true;
        }
        catch (SystemCallException failure)
        {
            _log.SupervisorNotTold(lines[0], failure.Message);
            return false;
        }
    }

    public void Dispose() => _socket?.Dispose();
}
