namespace Mptcp.Lab;

/// <summary>What a service told its manager in one message.</summary>
/// <param name="Lines">Its lines, each <c>NAME=VALUE</c>.</param>
/// <param name="At">When it came, by the clock of <see cref="TimeProvider.System"/>.</param>
public sealed record SupervisorMessage(IReadOnlyList<string> Lines, long At)
{
    /// <summary>Whether it has a line.</summary>
    public bool Has(string line) => Lines.Contains(line);

    /// <summary>What it says of something; null where it says nothing.</summary>
    public string? Find(string name) => Lines.FirstOrDefault(line => line.StartsWith(name + '=', StringComparison.Ordinal))?[(name.Length + 1)..];

    /// <inheritdoc />
    public override string ToString() => string.Join(", ", Lines);
}
