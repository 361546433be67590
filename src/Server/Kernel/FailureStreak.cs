namespace Mptcp.ControlPlane.Server.Kernel;

/// <summary>Failures in a row of something that is tried until it succeeds.</summary>
internal sealed class FailureStreak
{
    /// <summary>How many failures are no bad luck any more.</summary>
    public const int Long = 5;

    private int _count;
    private Exception? _last;

    /// <summary>The last failure of a streak that nobody should wait for the end of; null while there is none.</summary>
    public Exception? Lasting => _count >= Long ? _last : null;

    /// <summary>Notes a failure.</summary>
    public void Add(Exception failure) => (_count, _last) = (_count + 1, failure);

    /// <summary>Notes a success.</summary>
    public void End() => (_count, _last) = (0, null);
}
