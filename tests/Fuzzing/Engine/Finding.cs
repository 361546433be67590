using System.IO.Hashing;

namespace Mptcp.Fuzzing.Engine;

/// <summary>An input that a decoder neither took nor refused as it should.</summary>
/// <param name="Harness">The name of the harness.</param>
/// <param name="Input">The input.</param>
/// <param name="Reason">What happened.</param>
internal sealed record Finding(string Harness, byte[] Input, string Reason)
{
    /// <summary>Writes the input with the reason to a directory, as a fixture would be.</summary>
    /// <returns>The file.</returns>
    public string Save(string directory)
    {
        Directory.CreateDirectory(directory);
        var file = Path.Combine(directory, $"{Harness}-{Convert.ToHexStringLower(XxHash3.Hash(Input))}.hex");
        File.WriteAllText(file, HexText.Format(Input, Reason));
        return file;
    }
}
