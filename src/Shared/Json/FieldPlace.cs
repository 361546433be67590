namespace Mptcp.ControlPlane.Json;

/// <summary>Where a field stands in an encoded message.</summary>
struct FieldPlace
{
    /// <summary>Where it begins for the first time.</summary>
    public int First { get; private set; }

    /// <summary>Where it begins for the last time.</summary>
    public int Last { get; private set; }

    /// <summary>How often it is there.</summary>
    public int Count { get; private set; }

    public void Add(int start)
    {
        if (Count++ == 0)
            First = start;
        Last = start;
    }
}
