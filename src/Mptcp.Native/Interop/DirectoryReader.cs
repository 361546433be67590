using System.Runtime.InteropServices;

namespace Mptcp.Native.Interop;

/// <summary>
/// Walks over the entries of a directory without making strings of their names (<c>readdir(3)</c>). A directory that
/// vanishes meanwhile ends there.
/// </summary>
internal unsafe ref partial struct DirectoryReader : IDisposable
{
    private const byte DT_DIR = 4;

    private void* _stream;
    private DirectoryEntry* _entry;

    /// <param name="path">The path; a zero must follow.</param>
    public DirectoryReader(ReadOnlySpan<byte> path)
    {
        fixed (byte* name = path)
            _stream = opendir(name);
        Error = _stream is null ? new Errno(Marshal.GetLastPInvokeError()) : null;
    }

    /// <summary>Why the directory could not be opened.</summary>
    public Errno? Error { get; }

    /// <summary>Whether there is such a directory and this process may read it; without that it has no entries.</summary>
    public readonly bool IsOpen => _stream is not null;

    /// <summary>The number of the directory's descriptor, while it is open.</summary>
    public readonly int Descriptor => dirfd(_stream);

    /// <summary>The name of the entry, until the next; a zero follows.</summary>
    public readonly ReadOnlySpan<byte> Name => MemoryMarshal.CreateReadOnlySpanFromNullTerminated(_entry->Name);

    /// <summary>Whether the entry is a directory.</summary>
    public readonly bool IsDirectory => _entry->Type == DT_DIR;

    /// <summary>Goes on to the next entry; "." and ".." are left out.</summary>
    /// <returns>False at the end.</returns>
    public bool MoveNext()
    {
        if (!IsOpen)
            return false;
        do
            _entry = readdir(_stream);
        while (_entry is not null && (Name.SequenceEqual("."u8) || Name.SequenceEqual(".."u8)));
        return _entry is not null;
    }

    public void Dispose()
    {
        if (IsOpen)
            _ = closedir(_stream);
        _stream = null;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial void* opendir(byte* path);

    [LibraryImport("libc")]
    private static partial DirectoryEntry* readdir(void* stream);

    [LibraryImport("libc")]
    private static partial int dirfd(void* stream);

    [LibraryImport("libc")]
    private static partial int closedir(void* stream);

    /// <summary><c>struct dirent</c> of a C library for 64-bit processors.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct DirectoryEntry
    {
        public ulong Inode;
        public long Offset;
        public ushort Length;
        public byte Type;
        public fixed byte Name[256];
    }
}
