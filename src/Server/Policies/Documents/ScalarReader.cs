namespace Mptcp.ControlPlane.Server.Policies.Documents;

/// <summary>Reads the text of a scalar.</summary>
/// <param name="text">The text.</param>
/// <param name="value">What it stands for.</param>
/// <returns>What is wrong, and what would be right; null when nothing is wrong.</returns>
internal delegate string? ScalarReader<T>(string text, out T value);
