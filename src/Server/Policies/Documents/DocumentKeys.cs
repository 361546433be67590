namespace Mptcp.ControlPlane.Server.Policies.Documents;

/// <summary>The keys of each object of policy documents.</summary>
internal static class DocumentKeys
{
    public static readonly string[] Document = ["policies", "roles"];

    public static readonly string[] Policy =
    [
        "name", "match", "mode", "strategy", "ndiffports", "delegate", "interfaces", "families", "remotes", "allow_id0",
        "bind_interface", "backup", "max_subflows", "announce", "retry",
    ];

    public static readonly string[] Match = ["side", "remote", "remote_ports", "local", "local_ports", "interfaces", "namespaces", "owner"];

    public static readonly string[] Owner = ["uids", "cgroups", "commands"];

    public static readonly string[] Delegate = ["role", "deadline", "fallback"];

    public static readonly string[] Interfaces = ["allow", "deny"];

    public static readonly string[] Backup = ["interfaces", "standby", "active_when", "after"];

    public static readonly string[] Announcement = ["interfaces", "address", "port", "inside", "inside_port", "listen"];

    public static readonly string[] Retry = ["initial", "max", "jitter", "attempts", "final_errors"];

    public static readonly string[] Role = ["name", "scope", "limits", "uids"];

    public static readonly string[] RoleLimits = ["commands_per_second", "subflows_per_connection", "subflows"];
}
