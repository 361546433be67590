using Mptcp.ControlPlane.Server.Hosting;
using Mptcp.ControlPlane.Server.Hosting.Configuration;

try
{
    return await new DaemonCommand().InvokeAsync(args, Daemon.RunAsync);
}
catch (ConfigurationException exception)
{
    await Console.Error.WriteLineAsync($"{DaemonCommand.Name}: {exception.Message}");
    return 2;
}
catch (StartupException exception)
{
    await Console.Error.WriteLineAsync($"{DaemonCommand.Name}: {exception.Message}");
    return 1;
}
