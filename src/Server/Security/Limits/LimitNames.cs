using System.Text.Json;

namespace Mptcp.ControlPlane.Server.Security.Limits;

/// <summary>How limits are called.</summary>
internal static class LimitNames
{
    /// <summary>As the contract and the metrics spell it: <c>requests_per_second</c>.</summary>
    public static string NameOf(this LimitKind limit) => JsonNamingPolicy.SnakeCaseLower.ConvertName(limit.ToString());

    /// <summary>As the configuration spells it: <c>limits.requestsPerSecond</c>.</summary>
    public static string KeyOf(this LimitKind limit) => $"limits.{JsonNamingPolicy.CamelCase.ConvertName(limit.ToString())}";
}
