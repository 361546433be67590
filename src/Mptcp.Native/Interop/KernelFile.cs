using System.Text;

namespace Mptcp.Native.Interop;

/// <summary>Files that the kernel makes up when they are read (<c>proc(5)</c>), which hold a line or two.</summary>
internal static class KernelFile
{
    private const int Most = 4096;

    /// <summary>Reads one, without what readers of long files need.</summary>
    /// <param name="path">Where it is.</param>
    /// <returns>Its text, of 4096 bytes at most, without the last end of a line.</returns>
    public static string Read(string path)
    {
        using var file = File.OpenHandle(path);
        Span<byte> bytes = stackalloc byte[Most];
        var length = 0;
        while (length < Most && RandomAccess.Read(file, bytes[length..], length) is > 0 and var more)
            length += more;
        return Encoding.UTF8.GetString(bytes[..length].TrimEnd((byte)'\n'));
    }
}
