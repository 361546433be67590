using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Mptcp.Native.Interop;

namespace Mptcp.Native.Congestion.Programs;

/// <summary>What the program is to do with one socket, and what came of it: an entry of the map, whose key is the socket's cookie.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct TuningCell
{
    // Offsets that the program knows.
    public const short WantedOffset = 0;
    public const short SeenOffset = 4;
    public const short ClampOffset = 8;
    public const short PacingOffset = 12;
    public const short NameOffset = 16;
    public const short RefusedOffset = 32;
    public const short ErrorOffset = 36;

    /// <summary>What to set: the bits of <see cref="TuningOption"/>.</summary>
    public uint Wanted;

    /// <summary>1 when the program has met the socket.</summary>
    public uint Seen;

    public uint Clamp;
    public uint Pacing;
    public CongestionName Name;

    /// <summary>The <see cref="TuningOption"/> that was refused; those after it were not tried.</summary>
    public uint Refused;

    /// <summary>Why, as a negative errno.</summary>
    public int Error;

    public static TuningCell Of(SubflowSettings settings)
    {
        var cell = default(TuningCell);
        if (settings.CongestionControl is { } name)
        {
            cell.Wanted |= (uint)TuningOption.CongestionControl;
            Encoding.ASCII.GetBytes(name, cell.Name);
        }

        if (settings.CongestionWindowClamp is { } clamp)
        {
            cell.Wanted |= (uint)TuningOption.CongestionWindowClamp;
            cell.Clamp = clamp;
        }

        if (settings.PacingRate is { } rate)
        {
            cell.Wanted |= (uint)TuningOption.PacingRate;
            cell.Pacing = rate;
        }

        return cell;
    }

    public readonly TuningOutcome ToOutcome() => this switch
    {
        { Seen: 0 } => new TuningOutcome.Gone(),
        { Error: 0 } => new TuningOutcome.Done(),
        _ => new TuningOutcome.Refused((TuningOption)Refused, new Errno(-Error)),
    };

    /// <summary>The name of a congestion control, with zeros behind it.</summary>
    [InlineArray(BpfHeaders.TCP_CA_NAME_MAX)]
    public struct CongestionName
    {
        private byte _first;
    }
}
