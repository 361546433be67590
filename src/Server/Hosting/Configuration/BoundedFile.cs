namespace Mptcp.ControlPlane.Server.Hosting.Configuration;

/// <summary>Reads files that the configuration names. What is named may be a device or a pipe, which tell no length and need not end.</summary>
internal static class BoundedFile
{
    /// <summary>Reads a file whole.</summary>
    /// <param name="path">The file.</param>
    /// <param name="longest">How many bytes it may have.</param>
    /// <exception cref="IOException">It cannot be read, or is longer.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read, or is a directory.</exception>
    public static byte[] Read(string path, int longest)
    {
        using var file = File.OpenRead(path);
        using var content = new MemoryStream();
        var part = new byte[64 * 1024];
        while (file.Read(part) is > 0 and var read)
        {
            if (content.Length + read > longest)
                throw new IOException($"'{path}' is longer than {longest} bytes");
            content.Write(part, 0, read);
        }

        return content.ToArray();
    }
}
