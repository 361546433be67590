using Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Cli.Parsing;

/// <summary>A sysctl and its new value: <c>NAME=VALUE</c>.</summary>
static class SysctlText
{
    public static Sysctl Parse(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        return equals > 0
            ? new Sysctl { Name = text[..equals], Value = text[(equals + 1)..] }
            : throw new FormatException($"'{text}' is not a setting: expected NAME=VALUE, for instance pm_type=1");
    }
}
