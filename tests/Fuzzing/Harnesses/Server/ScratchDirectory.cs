namespace Mptcp.Fuzzing.Harnesses.Server;

/// <summary>A directory for decoders that read files, in memory where the host has such a place. It is the process's, and goes with it.</summary>
internal static class ScratchDirectory
{
    private const string Memory = "/dev/shm";

    private static readonly Lazy<string> OfThisProcess = new(Make);

    /// <summary>Makes the directory empty but for one file.</summary>
    /// <returns>The directory.</returns>
    public static string With(string name, byte[] content)
    {
        var directory = OfThisProcess.Value;
        foreach (var file in Directory.EnumerateFiles(directory))
            File.Delete(file);
        File.WriteAllBytes(Path.Combine(directory, name), content);
        return directory;
    }

    private static string Make()
    {
        var root = Directory.Exists(Memory) ? Memory : Path.GetTempPath();
        var directory = Path.Combine(root, $"mptcp-fuzz-{Environment.ProcessId}");
        Directory.CreateDirectory(directory);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(directory, recursive: true);
        return directory;
    }
}
