using Mptcp.Lab.Interop;

namespace Mptcp.Lab;

/// <summary>A disk of a test's own, on a directory, that can be full or take nothing more. It is in memory, and seen by this process alone.</summary>
public sealed class SmallDisk : IDisposable
{
    const int LastPiece = 512;

    readonly string _ballast;
    int _covers;

    /// <summary>Makes the disk.</summary>
    /// <param name="path">The directory, which is made; its name must not be another mount's.</param>
    /// <param name="bytes">Its size in bytes, of which some go into directories.</param>
    /// <exception cref="System.ComponentModel.Win32Exception">The process may not mount.</exception>
    public SmallDisk(string path, long bytes)
    {
        Path = path;
        _ballast = System.IO.Path.Combine(path, "ballast");
        Directory.CreateDirectory(path);
        Kernel.MountMemory(path, bytes);
    }

    /// <summary>The directory.</summary>
    public string Path { get; }

    /// <summary>Leaves no room for anything more.</summary>
    public void Fill()
    {
        using var file = new FileStream(_ballast, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        var piece = new byte[64 * 1024];
        for (var length = piece.Length; length >= LastPiece;)
        {
            try
            {
                file.Write(piece, 0, length);
            }
            catch (IOException)
            {
                // It is full for pieces of this size.
                length /= 2;
            }
        }
    }

    /// <summary>Makes room again.</summary>
    public void Free() => File.Delete(_ballast);

    /// <summary>
    /// Has every file that is opened, made, renamed or removed from now on be refused as on a disk that is mounted read-only. What is open
    /// goes on to be written: the kernel remounts no disk on which something is.
    /// </summary>
    public void MakeReadOnly()
    {
        Kernel.BindMount(Path, Path);
        _covers++;
        Kernel.MakeReadOnly(Path);
    }

    /// <summary>Undoes <see cref="MakeReadOnly"/>.</summary>
    public void MakeWritable()
    {
        for (; _covers > 0; _covers--)
            Kernel.Unmount(Path);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        MakeWritable();
        Kernel.Unmount(Path);
    }
}
