using Mptcp.Control.V1;
using Mptcp.ControlPlane.Cli.Parsing;

namespace Mptcp.ControlPlane.Cli.Commands;

/// <summary>Which connections a role reaches, in words.</summary>
static class ScopeText
{
    /// <summary>What connections must be, all of it: <c>server side; local port 443 or 8000-8100</c>.</summary>
    public static string Format(PolicyMatch? scope)
    {
        var words = scope is null ? "" : string.Join("; ", Words(scope).Where(word => word.Length > 0));
        return words.Length == 0 ? "all connections" : words;
    }

    static IEnumerable<string> Words(PolicyMatch scope) =>
    [
        !scope.HasServerSide ? "" : scope.ServerSide ? "server side" : "client side",
        OneOf("local address", scope.LocalPrefixes),
        OneOf("local port", scope.LocalPorts.Select(Ports)),
        OneOf("remote address", scope.RemotePrefixes),
        OneOf("remote port", scope.RemotePorts.Select(Ports)),
        OneOf("interface", scope.Interfaces),
        OneOf("namespace", scope.Namespaces),
        OneOf("user", scope.Uids.Select(uid => NumberText.Format(uid))),
        OneOf("cgroup", scope.Cgroups),
        OneOf("command", scope.Commands),
    ];

    static string OneOf(string what, IEnumerable<string> values) =>
        string.Join(" or ", values) is { Length: > 0 } text ? $"{what} {text}" : "";

    static string Ports(PortRange range) => range.First == range.Last
        ? NumberText.Format(range.First)
        : $"{NumberText.Format(range.First)}-{NumberText.Format(range.Last)}";
}
