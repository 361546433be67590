namespace Mptcp.ControlPlane.Client.Tests.Sessions;

/// <summary>The code of docs/controllers.md, letter by letter, so that it is compiled and run.</summary>
static class DocumentedController
{
    public static async Task RunAsync(string address, CancellationToken stopping)
    {
        // docs/controllers.md begins
        await using var daemon = new ControlPlaneClient(address); // unix:/run/mptcp-controld/control.sock, unless the daemon was told otherwise
        var controller = PathController.Create(daemon, new PathControllerOptions { Role = "edge" }, (context, cancellationToken) =>
        {
            var initial = context.Connection.Local.ToEndPoint();
            var remote = context.Connection.Remote.ToEndPoint();
            var paths = context.UsableAddresses(initial.AddressFamily)
                .Where(local => !local.Equals(initial.Address))
                .Select(local => new WantedPath(local, remote));
            return ValueTask.FromResult(PathDecision.Exactly(context, paths));
        });
        await controller.RunAsync(stopping);
        // docs/controllers.md ends
    }
}
