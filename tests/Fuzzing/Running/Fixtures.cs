using Mptcp.Fuzzing.Engine;

namespace Mptcp.Fuzzing.Running;

/// <summary>The inputs that were found once, and must not be found again.</summary>
internal static class Fixtures
{
    private static readonly string Root = Path.Combine(AppContext.BaseDirectory, "Fixtures");

    /// <summary>The files of all harnesses, below their folder.</summary>
    public static IEnumerable<string> Names => Directory.Exists(Root)
        ? Directory.EnumerateFiles(Root, "*.hex", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Root, file)).Order(StringComparer.Ordinal)
        : [];

    /// <summary>The inputs of one harness.</summary>
    public static IEnumerable<byte[]> Of(string harness) => Names.Where(name => Path.GetDirectoryName(name) == harness).Select(Read);

    /// <summary>Reads one.</summary>
    /// <param name="name">Its file, below the folder of all.</param>
    public static byte[] Read(string name) => HexText.Parse(File.ReadAllText(Path.Combine(Root, name)));
}
