namespace Mptcp.ControlPlane.Server.Kernel;

/// <summary>
/// Whether something will come so soon that sleeping until then is not worth it, by whether it did the last few times. On a host with one
/// processor nothing is ever expected: nobody could bring it while this thread has the processor.
/// </summary>
internal sealed class SoonForecast(int processors)
{
    private const int Surest = 3;
    private int _came;

    public SoonForecast()
        : this(Environment.ProcessorCount)
    {
    }

    /// <summary>True where it came soon more often than not.</summary>
    public bool IsExpected => _came > 1 && processors > 1;

    /// <summary>Notes whether it came soon this time.</summary>
    public void Note(bool came) => _came = Math.Clamp(_came + (came ? 1 : -1), 0, Surest);
}
