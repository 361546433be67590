using SharpFuzz;

namespace Mptcp.Fuzzing.Running;

/// <summary>Makes a copy of this program in which the decoders count the branches that they take.</summary>
internal static class Instrumentation
{
    // What decodes: the product's assemblies, and those that read for it.
    private static readonly string[] Assemblies = ["Mptcp.Native.dll", "mptcp-controld.dll", "mptcpctl.dll", "Mptcp.ControlPlane.Client.dll", "YamlDotNet.dll", "System.CommandLine.dll"];

    /// <param name="from">The directory of the program.</param>
    /// <param name="to">The directory of the copy, which is made anew.</param>
    public static void Copy(string from, string to)
    {
        if (Directory.Exists(to))
            Directory.Delete(to, recursive: true);
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        foreach (var assembly in Assemblies)
            Fuzzer.Instrument(Path.Combine(to, assembly), _ => true, Options.Value);
    }
}
