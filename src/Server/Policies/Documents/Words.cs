namespace Mptcp.ControlPlane.Server.Policies.Documents;

/// <summary>The words by which documents call values.</summary>
/// <param name="words">Each word with its value.</param>
internal sealed class Words<T>(params (string Word, T Value)[] words)
{
    public string Of(T value) => words.First(pair => EqualityComparer<T>.Default.Equals(pair.Value, value)).Word;

    /// <inheritdoc cref="ScalarReader{T}" />
    public string? Read(string text, out T value)
    {
        foreach (var pair in words)
        {
            if (pair.Word == text)
            {
                value = pair.Value;
                return null;
            }
        }

        value = words[0].Value;
        return $"must be {string.Join(", ", words[..^1].Select(pair => pair.Word))} or {words[^1].Word}, and is {Quoting.Quote(text)}";
    }
}
