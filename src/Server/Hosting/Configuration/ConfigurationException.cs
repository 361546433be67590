namespace Mptcp.ControlPlane.Server.Hosting.Configuration;

/// <summary>The command line or the configuration file is wrong; nothing was started.</summary>
/// <param name="violations">Everything that is wrong.</param>
internal sealed class ConfigurationException(params IReadOnlyList<string> violations) : Exception(string.Join("; ", violations));
