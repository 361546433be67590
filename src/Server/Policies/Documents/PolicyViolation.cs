namespace Mptcp.ControlPlane.Server.Policies.Documents;

/// <summary>What is wrong with a policy document, and where.</summary>
/// <param name="Line">The line, from 1; 0 where there is none.</param>
/// <param name="Column">The column, from 1; 0 where there is none.</param>
/// <param name="Path">The place in what the document states: <c>policies[0].retry.initial</c>; empty for the whole.</param>
/// <param name="Message">What is wrong, and what would be right; it goes on from the path.</param>
internal sealed record PolicyViolation(int Line, int Column, string Path, string Message)
{
    public override string ToString()
    {
        var text = $"{(Path.Length == 0 ? "the document" : Path)} {Message}";
        return Line == 0 ? text : $"line {Line}, column {Column}: {text}";
    }
}
