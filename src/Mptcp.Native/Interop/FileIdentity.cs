namespace Mptcp.Native.Interop;

/// <summary>Which file it is.</summary>
/// <param name="Device">The number of its file system.</param>
/// <param name="Inode">Its number in that.</param>
/// <param name="Mount">The number of the mount that it was found through; never used twice since Linux 6.8, and 0 before 5.8.</param>
internal readonly record struct FileIdentity(ulong Device, ulong Inode, ulong Mount)
{
    /// <summary>Whether it is the same file, found through any mount.</summary>
    public bool IsFile(FileIdentity other) => (Device, Inode) == (other.Device, other.Inode);
}
