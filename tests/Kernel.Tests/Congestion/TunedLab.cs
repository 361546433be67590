using Mptcp.Kernel.Tests.Support;

namespace Mptcp.Kernel.Tests.Congestion;

/// <summary>A lab whose daemon may change how subflows send.</summary>
public sealed class TunedLab : ServedLab
{
    public const string Setting = """ "congestion": { "tuning": true } """;

    protected override string Settings => Setting;
}
