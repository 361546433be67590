using System.Runtime.InteropServices;
using SharpFuzz.Common;

namespace Mptcp.Fuzzing.Engine;

/// <summary>
/// Which branches an input took, and whether any input took them before: what instrumented assemblies count, branch by branch, in
/// the map that they are given. It is the process's, as they know but one.
/// </summary>
internal sealed unsafe class Coverage : IDisposable
{
    private const int Size = 1 << 16; // What the instrumentation takes for granted.

    private readonly byte[] _seen = new byte[Size];
    private byte* _map;

    public Coverage()
    {
        _map = (byte*)NativeMemory.AllocZeroed(Size);
        Trace.SharedMem = _map;
    }

    /// <summary>How many pairs of branches have been taken one after the other.</summary>
    public int Count { get; private set; }

    /// <summary>Forgets which branches were taken since the last input.</summary>
    public void Clear()
    {
        new Span<byte>(_map, Size).Clear();
        Trace.PrevLocation = 0;
    }

    /// <summary>Learns which branches the input took, and about how often.</summary>
    /// <returns>Whether it took any that none took before, or took one more often by an order.</returns>
    public bool Learn()
    {
        var isNew = false;
        var map = new ReadOnlySpan<byte>(_map, Size);
        for (var place = map.IndexOfAnyExcept((byte)0); place >= 0;)
        {
            var order = OrderOf(map[place]);
            if ((_seen[place] & order) == 0)
            {
                isNew = true;
                if (_seen[place] == 0)
                    Count++;
                _seen[place] |= order;
            }

            var next = map[(place + 1)..].IndexOfAnyExcept((byte)0);
            place = next < 0 ? -1 : place + 1 + next;
        }

        return isNew;
    }

    public void Dispose()
    {
        // The instrumented code goes on counting.
        Trace.SharedMem = (byte*)NativeMemory.AllocZeroed(Size);
        NativeMemory.Free(_map);
        _map = null;
    }

    private static byte OrderOf(byte count) => count switch
    {
        1 => 1,
        2 => 2,
        3 => 4,
        < 8 => 8,
        < 16 => 16,
        < 32 => 32,
        < 128 => 64,
        _ => 128,
    };
}
