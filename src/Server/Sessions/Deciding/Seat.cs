using Mptcp.ControlPlane.Server.Policies.Model;

namespace Mptcp.ControlPlane.Server.Sessions.Deciding;

/// <summary>The primary controller of a role. The kernel loop's thread alone uses it.</summary>
/// <param name="role">The role.</param>
/// <param name="controller">Its primary.</param>
internal sealed class Seat(Role role, IController controller)
{
    /// <summary>The longest pause between two questions to one that is silent.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);

    private int _misses;
    private TimeSpan _countsFrom;
    private ulong _probe;

    public Role Role { get; set; } = role;

    public IController Controller { get; } = controller;

    /// <summary>False while writes of others may be under way that began before it was primary: it is not asked, and may not command.</summary>
    public bool IsOpen { get; set; }

    /// <summary>False when it missed a decision, and has answered nothing in time since, nor was heard of when that counts.</summary>
    public bool IsResponsive { get; private set; } = true;

    /// <summary>How often it was heard of again.</summary>
    public int Returns { get; private set; }

    /// <summary>While it is not responsive: when it is asked once more all the same.</summary>
    public TimeSpan AskedAgainAt { get; private set; }

    /// <summary>Whether it is asked: one that is silent only now and then.</summary>
    public bool MayBeAsked(TimeSpan now) => IsResponsive || (_probe == 0 && now >= AskedAgainAt);

    /// <summary>Notes that it is asked.</summary>
    public void NoteAsked(ulong question)
    {
        if (!IsResponsive)
            _probe = question;
    }

    /// <summary>Notes that an answer is awaited no longer, in time or not.</summary>
    public void NoteClosed(ulong question)
    {
        if (_probe == question)
            _probe = 0;
    }

    /// <summary>
    /// Notes that it missed a decision. Whoever does so again and again is heard of again only after a pause, which becomes longer each
    /// time: else all its connections would go from it to their fallback and back with each of its late answers.
    /// </summary>
    /// <returns>Whether it was responsive until now.</returns>
    public bool Miss(ulong question, TimeSpan now)
    {
        if (!IsResponsive && _probe != question)
            return false;
        _probe = 0;
        var pause = _misses == 0 ? TimeSpan.Zero : FirstPause * Math.Pow(2, Math.Min(_misses - 1, 10));
        _misses++;
        _countsFrom = now + (pause < LongestPause ? pause : LongestPause);
        AskedAgainAt = _misses == 1 ? now + FirstPause : _countsFrom;
        var was = IsResponsive;
        IsResponsive = false;
        return was;
    }

    /// <summary>Notes that it commands something, which nobody does who is gone: that counts at once.</summary>
    /// <returns>Whether it is responsive only now.</returns>
    public bool HearCommand() => !IsResponsive && Return();

    /// <summary>Notes that it answers.</summary>
    /// <param name="inTime">Whether in time.</param>
    /// <param name="now">When.</param>
    /// <returns>Whether it is responsive only now.</returns>
    public bool Hear(bool inTime, TimeSpan now)
    {
        if (inTime)
            _misses = 0;
        return !IsResponsive && (inTime || now >= _countsFrom) && Return();
    }

    private bool Return()
    {
        IsResponsive = true;
        _probe = 0;
        Returns++;
        return true;
    }
}
