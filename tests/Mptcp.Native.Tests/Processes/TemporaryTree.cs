namespace Mptcp.Native.Tests.Processes;

/// <summary>Directories and files of a test's own, in the place of the kernel's.</summary>
internal sealed class TemporaryTree : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("mptcp-native-tests-");

    public string Root => _root.FullName;

    public string MakeDirectory(string path) => Directory.CreateDirectory(Path.Join(Root, path)).FullName;

    public string WriteFile(string path, string content)
    {
        var file = Path.Join(Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, content);
        return file;
    }

    /// <summary>Makes a symbolic link, whatever is at its target.</summary>
    public void MakeLink(string path, string target)
    {
        var link = Path.Join(Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(link)!);
        File.CreateSymbolicLink(link, target);
    }

    public void Dispose() => _root.Delete(recursive: true);
}
