using Mptcp.ControlPlane.Server.Security.Identity;
using Mptcp.ControlPlane.Server.Security.Permissions;

namespace Mptcp.ControlPlane.Server.Security.Calls;

/// <summary>
/// The streams that go on. They are looked at again when somebody may do more or less than before, when other certificates are trusted, and
/// now and then, because certificates and tokens expire.
/// </summary>
internal sealed class OpenStreams : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    private readonly Lock _guard = new();
    private readonly HashSet<OpenStream> _open = [];
    private readonly CallerIdentification _callers;
    private readonly AccessControl _control;
    private readonly ITimer _timer;

    public OpenStreams(CallerIdentification callers, AccessControl control, TimeProvider time)
    {
        _callers = callers;
        _control = control;
        control.Changed += LookAgain;
        callers.TrustChanged += LookAgain;
        _timer = time.CreateTimer(_ => LookAgain(), state: null, Interval, Interval);
    }

    /// <summary>Notes a stream that begins. What it returns notes its end.</summary>
    /// <param name="access">What the stream may do.</param>
    /// <param name="life">Ends it.</param>
    public IDisposable Enter(CallAccess access, CallLife life)
    {
        var stream = new OpenStream(this, access, life);
        lock (_guard)
            _open.Add(stream);
        // The rules may have changed since the access was found.
        LookAgain(stream);
        return stream;
    }

    public void Dispose()
    {
        _timer.Dispose();
        _callers.TrustChanged -= LookAgain;
        _control.Changed -= LookAgain;
    }

    private void LookAgain()
    {
        OpenStream[] open;
        lock (_guard)
            open = [.. _open];
        foreach (var stream in open)
            LookAgain(stream);
    }

    private void LookAgain(OpenStream stream)
    {
        var access = stream.Access;
        var now = access with { Grants = _control.GrantsOf(access.Caller) };
        if (_callers.FindObjection(access.Caller) is { } objection)
            stream.Life.End(AccessRefusals.NotProved(objection));
        else if (access.Permission == Permission.None)
            return;
        else if (!now.Reach.IsAllowed)
            stream.Life.End(AccessRefusals.Denied(now, access.Permission));
        else if (!now.Reach.IsSameAs(access.Reach) || (access.Permission == Permission.PlayRole && !now.Grants.PlaysAs(access.Grants)))
            stream.Life.End(AccessRefusals.Changed(access.Caller));
    }

    private sealed record OpenStream(OpenStreams All, CallAccess Access, CallLife Life) : IDisposable
    {
        public void Dispose()
        {
            lock (All._guard)
                All._open.Remove(this);
        }
    }
}
