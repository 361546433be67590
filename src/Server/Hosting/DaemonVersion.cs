using System.Reflection;

namespace Mptcp.ControlPlane.Server.Hosting;

/// <summary>The version of the daemon, as <c>--version</c> prints it and callers are told it.</summary>
internal static class DaemonVersion
{
    public static string Text { get; } = typeof(DaemonVersion).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
}
