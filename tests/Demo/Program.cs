using System.Net;
using Mptcp.ControlPlane.Demo;

// The same program plays two parts: without arguments it is the demo, which starts itself again as the controller.
switch (args)
{
    case []:
        return await Demonstration.RunAsync();
    case ["controller", var daemon, var local, var remote]:
        return await Controller.RunAsync(daemon, IPAddress.Parse(local), IPAddress.Parse(remote));
    default:
        await Console.Error.WriteLineAsync("usage: eng/in-namespace dotnet Demo.dll [controller DAEMON LOCAL-ADDRESS REMOTE-ADDRESS]");
        return 2;
}
