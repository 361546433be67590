using Mptcp.ControlPlane.Client;

namespace Mptcp.ControlPlane.Samples;

/// <summary>Gives every connection a subflow from each other usable address of this host to the address that it began with.</summary>
sealed class EveryAddressController(ControlPlaneClient client, PathControllerOptions options, TextWriter output)
    : PathController(client, options)
{
    /// <summary>Whether it says nothing of decisions that are made in time.</summary>
    public bool IsQuiet { get; init; }

    protected override ValueTask<PathDecision> DecideAsync(DecisionContext context, CancellationToken cancellationToken)
    {
        var connection = context.Connection;
        var initial = connection.Local.ToEndPoint();
        var remote = connection.Remote.ToEndPoint();
        var paths = context.UsableAddresses(initial.AddressFamily)
            .Where(local => !local.Equals(initial.Address))
            .Select(local => new WantedPath(local, remote));
        var decision = PathDecision.Exactly(context, paths);
        if (!IsQuiet)
        {
            var reasons = string.Join(",", context.Reasons.Select(reason => reason.Cause));
            Print($"decision {connection.Namespace}/{connection.Token:x8} {reasons}: {decision.Actions.Count} commands");
        }

        return ValueTask.FromResult(decision);
    }

    protected override void OnPrimaryChanged(ControllerState state) =>
        Print(state switch
        {
            { IsPrimary: true } => "primary",
            { IsConnected: true } => "standby",
            _ => "disconnected",
        });

    protected override void OnMissed(MissedDecision missed) =>
        Print($"missed {missed.Context.Connection.Token:x8}: {missed.Error?.Message ?? missed.Cause.ToString()}");

    protected override void OnError(Exception exception, DecisionContext? context) => Print($"error: {exception.Message}");

    // Decisions that take time end in any thread; lines stay whole.
    void Print(string line)
    {
        lock (output)
        {
            output.WriteLine(line);
            output.Flush();
        }
    }
}
