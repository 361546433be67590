using Mptcp.ControlPlane.Cli;

return (int)await CommandLine.RunAsync(args, ProcessTerminal.Create(), CancellationToken.None);
