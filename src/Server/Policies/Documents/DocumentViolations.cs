namespace Mptcp.ControlPlane.Server.Policies.Documents;

/// <summary>Collects everything that is wrong with a document.</summary>
internal sealed class DocumentViolations
{
    private readonly List<PolicyViolation> _violations = [];

    // What could not be read, and all that it is part of.
    private readonly HashSet<string> _unread = [];
    private readonly HashSet<string> _partly = [];

    public void Add(int line, int column, string path, string message) => _violations.Add(new PolicyViolation(line, column, path, message));

    /// <summary>Notes what is wrong with a node, which counts as unread from then on.</summary>
    public void Add(YamlNode node, string message)
    {
        Add(node.Line, node.Column, node.Path, message);
        Doubt(node.Path);
    }

    /// <summary>Notes that what stands at a place is not what was meant there.</summary>
    public void Doubt(string path)
    {
        _unread.Add(path);
        for (string? whole = path; whole is not null; whole = Outer(whole))
            _partly.Add(whole);
    }

    /// <summary>Whether what stands at a place is what was meant there.</summary>
    public bool IsRead(string path)
    {
        for (string? whole = path; whole is not null; whole = Outer(whole))
        {
            if (_unread.Contains(whole))
                return false;
        }

        return true;
    }

    /// <summary>The same, also of all its parts.</summary>
    public bool IsWhollyRead(string path) => IsRead(path) && !_partly.Contains(path);

    /// <exception cref="PolicyDocumentException">Something was noted.</exception>
    public void ThrowIfAny()
    {
        if (_violations.Count > 0)
            throw new PolicyDocumentException([.. _violations.OrderBy(violation => (violation.Line, violation.Column))]);
    }

    /// <summary>The path of what a place is part of; null for the whole document.</summary>
    public static string? Outer(string path) => path.Length == 0 ? null : path[..Math.Max(path.AsSpan().LastIndexOfAny('.', '['), 0)];
}
