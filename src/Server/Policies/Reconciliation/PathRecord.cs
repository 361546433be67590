namespace Mptcp.ControlPlane.Server.Policies.Reconciliation;

/// <summary>What is remembered of a path of a connection, or of an announcement, that its state does not show.</summary>
internal sealed class PathRecord
{
    /// <summary>How often it failed in a row.</summary>
    public int Failures { get; private set; }

    /// <summary>How it failed last, in words; null where it did not.</summary>
    public string? Failure { get; private set; }

    /// <summary>When it may be tried again.</summary>
    public TimeSpan NotBefore { get; private set; }

    /// <summary>Whether it is not tried again.</summary>
    public bool GivenUp { get; private set; }

    /// <summary>The generation of its local address when it failed.</summary>
    public long Generation { get; private set; }

    /// <summary>When it was established last; null before.</summary>
    public TimeSpan? EstablishedAt { get; set; }

    /// <summary>The interface on which it has carried data, not for backup; null where it has not.</summary>
    public string? RegularOn { get; set; }

    /// <summary>Whether the policy made it a backup.</summary>
    public bool MadeBackup { get; set; }

    /// <summary>Whether this daemon is ending it, so that its end is no failure.</summary>
    public bool IsEnding { get; set; }

    /// <summary>Whether somebody was made to listen at the announced address, where nobody did.</summary>
    public bool Listens { get; set; }

    /// <summary>Whether somebody made it by hand: then it stays.</summary>
    public bool MadeByHand { get; set; }

    /// <summary>Whether somebody ended it by hand: then it stays ended.</summary>
    public bool EndedByHand { get; set; }

    /// <summary>Whether somebody said by hand that it is a backup, or none.</summary>
    public bool SetByHand { get; set; }

    /// <summary>Whether it tells no more than that something failed.</summary>
    public bool IsOfNoMatter => !IsEnding && !MadeByHand && !EndedByHand && !SetByHand && EstablishedAt is null && RegularOn is null;

    /// <summary>Whether it counts that it failed: not once its local address has become usable again.</summary>
    public bool HasFailedSince(long generation) => Failures > 0 && Generation >= generation;

    /// <summary>Notes a failure.</summary>
    /// <param name="failure">How it failed, in words.</param>
    /// <param name="failures">How often it has failed in a row with this.</param>
    /// <param name="notBefore">When it may be tried again; null for never.</param>
    /// <param name="generation">The generation of its local address.</param>
    public void Fail(string failure, int failures, TimeSpan? notBefore, long generation)
    {
        (Failure, Failures, Generation) = (failure, failures, generation);
        (NotBefore, GivenUp) = (notBefore ?? TimeSpan.Zero, notBefore is null);
    }

    /// <summary>What is remembered of it but that it failed, and that it was there once.</summary>
    public PathRecord CopyForgiven()
    {
        var copy = (PathRecord)MemberwiseClone();
        copy.Forgive();
        copy.RegularOn = null;
        return copy;
    }

    /// <summary>Forgets that it failed.</summary>
    public void Forgive() => (Failure, Failures, NotBefore, GivenUp) = (null, 0, TimeSpan.Zero, false);
}
