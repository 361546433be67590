namespace Mptcp.Native.Congestion.Programs;

/// <summary>A register of the BPF machine.</summary>
internal enum Register : byte
{
    /// <summary>What a call returns, and at last the program.</summary>
    Result = 0,

    /// <summary>The first argument of a call; the program's own at its start. Calls leave none of the five as it was.</summary>
    Argument1 = 1,
    Argument2 = 2,
    Argument3 = 3,
    Argument4 = 4,
    Argument5 = 5,

    /// <summary>The first that calls leave as it is.</summary>
    Kept1 = 6,
    Kept2 = 7,

    /// <summary>The end of the program's stack, which grows downwards.</summary>
    Frame = 10,
}
