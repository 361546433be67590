using System.Globalization;
using Mptcp.Crowds;

// One line for a command, any number of lines "- …" and one line "ok …" or "failed …" for its answer.
using var input = new StreamReader(Console.OpenStandardInput());
await using var output = new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true };
switch (args)
{
    case ["connect"]:
        await new Connector().RunAsync(input, output);
        return 0;
    case [("serve" or "park") and var how, var ports, ("mptcp" or "tcp") and var transport]:
        var server = new EchoServer(int.Parse(ports, CultureInfo.InvariantCulture), transport == "mptcp", how == "serve");
        await output.WriteLineAsync("ok " + string.Join(' ', server.Ports));
        await server.RunAsync(input, output);
        return 0;
    case ["greet", var ports, ("mptcp" or "tcp") and var transport]:
        var listeners = Listeners.Open(int.Parse(ports, CultureInfo.InvariantCulture), transport == "mptcp");
        await output.WriteLineAsync("ok " + string.Join(' ', Listeners.PortsOf(listeners)));
        await new Greeter(listeners).RunAsync(input, output);
        return 0;
    default:
        await Console.Error.WriteLineAsync("usage: crowd connect | crowd serve|park|greet PORTS mptcp|tcp");
        return 2;
}
