using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Mptcp.ControlPlane.Demo;

/// <summary>
/// A directory that only the demo's processes see: a file system in memory, mounted in the private mount namespace. The unprivileged user
/// finds the daemon's socket in it, and the programs it runs, which may lie where it cannot go (below /root, say).
/// </summary>
sealed class PrivateRoom : IDisposable
{
    readonly string _path;

    PrivateRoom(string path) => _path = path;

    /// <summary>Where the daemon makes its socket; the directory is the daemon's to make.</summary>
    public string Socket => Path.Combine(_path, "run", "control.sock");

    /// <summary>The dotnet that runs this program.</summary>
    public string Dotnet => Path.Combine(DotnetDirectory, "dotnet");

    /// <summary>This program.</summary>
    public string Program => Path.Combine(ProgramDirectory, "Demo.dll");

    string DotnetDirectory => Path.Combine(_path, "dotnet");

    string ProgramDirectory => Path.Combine(_path, "demo");

    /// <summary>Makes the room. It needs a mount namespace of one's own, which eng/in-namespace gives.</summary>
    public static PrivateRoom Create()
    {
        var room = new PrivateRoom(Directory.CreateTempSubdirectory("mptcp-demo-").FullName);
        try
        {
            Mount("-t", "tmpfs", "-o", "mode=0755", "mptcp-demo", room._path);
            Show(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../.."), room.DotnetDirectory);
            Show(AppContext.BaseDirectory, room.ProgramDirectory);
            return room;
        }
        catch
        {
            room.Dispose();
            throw;
        }
    }

    /// <summary>Takes the room away.</summary>
    public void Dispose()
    {
        // Never recursively: what is still mounted in there is somebody's real files.
        Run("umount", "--no-mtab", "--recursive", "--lazy", _path);
        Directory.Delete(_path);
    }

    static void Show(string directory, string name)
    {
        Directory.CreateDirectory(name);
        Mount("--rbind", Path.GetFullPath(directory), name);
    }

    static void Mount(params string[] arguments) => Run("mount", ["--no-mtab", .. arguments]);

    static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })
            ?? throw new UnreachableException();
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        StepFailedException.Unless(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {error.Trim()}");
    }
}
