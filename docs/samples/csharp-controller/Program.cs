using System.Runtime.InteropServices;
using Grpc.Core;
using Mptcp.ControlPlane.Client;
using Mptcp.ControlPlane.Samples;

var address = ControlPlaneAddress.Default;
string? role = null;
var isQuiet = false;
for (var i = 0; i < args.Length; i++)
{
    if (args[i] == "--quiet")
        isQuiet = true;
    else if (args[i] == "--address" && i + 1 < args.Length)
        address = args[++i];
    else if (args[i] == "--role" && i + 1 < args.Length)
        role = args[++i];
    else
        return Usage();
}

if (role is null || !ControlPlaneAddress.TryParse(address, out var daemon, out _))
    return Usage();

using var stop = new CancellationTokenSource();
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
await using var client = new ControlPlaneClient(daemon);
try
{
    await new EveryAddressController(client, new PathControllerOptions { Role = role }, Console.Out) { IsQuiet = isQuiet }.RunAsync(stop.Token);
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    // Told to stop, and stopped in order.
}
catch (RpcException e)
{
    await Console.Error.WriteLineAsync($"csharp-controller: {ControlPlaneError.From(e).Message}");
    return 1;
}

return 0;

void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.Cancel();
}

static int Usage()
{
    Console.Error.WriteLine("usage: csharp-controller [--address unix:/PATH] --role ROLE [--quiet]");
    return 2;
}
