namespace Mptcp.ControlPlane.Server.Security.Limits;

/// <summary>The limits that hold, which may become other ones while the daemon runs.</summary>
/// <param name="rules">Those that it starts with.</param>
internal sealed class LimitsInForce(LimitRules rules)
{
    private volatile LimitRules _rules = rules;

    /// <summary>Those that hold.</summary>
    public LimitRules Rules => _rules;

    /// <summary>Has other ones hold, as far as they can without a restart: nothing that is open is ended for being too much now.</summary>
    public void Adopt(LimitRules others) => _rules = _rules with
    {
        Connections = others.Connections,
        ConnectionsPerCaller = others.ConnectionsPerCaller,
        ConnectionsPerSecond = others.ConnectionsPerSecond,
        BytesPerSecond = others.BytesPerSecond,
        StreamsPerCaller = others.StreamsPerCaller,
        CallsPerCaller = others.CallsPerCaller,
        RequestsPerSecond = others.RequestsPerSecond,
    };
}
