using System.IO.MemoryMappedFiles;

namespace Mptcp.Fuzzing.Engine;

/// <summary>The input that is being decoded, in a file that outlives a process that a stack without end has killed.</summary>
internal sealed class CurrentInput : IDisposable
{
    private const int Size = 64 * 1024;

    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;

    public CurrentInput(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        _file = MemoryMappedFile.CreateFromFile(path, FileMode.Create, mapName: null, Size);
        _view = _file.CreateViewAccessor();
    }

    /// <summary>Notes an input before it is decoded.</summary>
    public void Note(byte[] input)
    {
        var length = Math.Min(input.Length, Size - sizeof(int));
        _view.Write(0, length);
        _view.WriteArray(sizeof(int), input, 0, length);
    }

    /// <summary>Reads the input that a process noted last.</summary>
    public static byte[] Read(string path)
    {
        var content = File.ReadAllBytes(path);
        return content[sizeof(int)..(sizeof(int) + BitConverter.ToInt32(content))];
    }

    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
    }
}
