using System.Text;

namespace Mptcp.Fuzzing.Engine;

/// <summary>A decoder, and what it promises.</summary>
/// <param name="name">Its name, as one word.</param>
internal abstract class Harness(string name)
{
    public string Name { get; } = name;

    /// <summary>Inputs that the decoder takes, to begin with.</summary>
    public abstract IReadOnlyList<byte[]> Seeds { get; }

    /// <summary>Pieces that inputs are made of.</summary>
    public virtual IReadOnlyList<byte[]> Words => [];

    /// <summary>
    /// Has the decoder decode an input. It returns when the decoder took the input, or refused it as it says that it does; whatever
    /// else the decoder throws goes on to the caller.
    /// </summary>
    /// <exception cref="BrokenPromiseException">What was decoded is not what it must be.</exception>
    public abstract void Take(byte[] input);

    /// <summary>Texts as inputs.</summary>
    protected static byte[][] Bytes(params IEnumerable<string> texts) => [.. texts.Select(Encoding.UTF8.GetBytes)];

    /// <summary>An input as a text, as everything that comes over gRPC or from files is UTF-8.</summary>
    protected static string Text(byte[] input) => Encoding.UTF8.GetString(input);
}
