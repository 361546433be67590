namespace Mptcp.Lab;

/// <summary>What one end sent or received.</summary>
/// <param name="Length">How many bytes.</param>
/// <param name="Sha256">Their SHA-256, in hexadecimal.</param>
public sealed record TransferResult(long Length, string Sha256);
