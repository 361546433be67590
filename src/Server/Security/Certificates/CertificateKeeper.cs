using Mptcp.ControlPlane.Server.Hosting;
using Mptcp.ControlPlane.Server.Security.Certificates.Names;
using Mptcp.ControlPlane.Server.Telemetry;

namespace Mptcp.ControlPlane.Server.Security.Certificates;

/// <summary>
/// Has the certificates that handshakes are made with, and follows their files: what is whole takes the place of what was, and
/// what is not is told once and waited for. Connections that are open keep what they were made with.
/// </summary>
/// <remarks>
/// The files are looked at every now and then and not watched: they may be links to links, as Kubernetes makes them, or lie on
/// file systems that tell of nothing.
/// </remarks>
internal sealed class CertificateKeeper : IDisposable
{
    /// <summary>How often the files are looked at.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    // A handshake looks as well, but many of them do not look more often than this.
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Soon = TimeSpan.FromDays(7);

    private readonly TlsFiles _files;
    private readonly TimeProvider _time;
    private readonly ILogger<CertificateKeeper> _log;
    private readonly ITimer _timer;
    private readonly Lock _looking = new();
    private long _looked;
    private string _digest;
    private string? _told;
    private HashSet<string> _warned = [];
    private volatile CertificateSet _current;

    /// <summary>Reads the files.</summary>
    /// <exception cref="StartupException">They cannot be used.</exception>
    public CertificateKeeper(TlsFiles files, TimeProvider time, ILogger<CertificateKeeper> log)
    {
        _files = files;
        _time = time;
        _log = log;
        try
        {
            var contents = CertificateContents.Read(files);
            _digest = contents.Digest();
            _current = CertificateSet.Load(files, contents);
        }
        catch (BrokenCertificatesException exception)
        {
            throw new StartupException($"the certificates cannot be used: {exception.Message}", exception);
        }

        _looked = time.GetTimestamp();
        Tell();
        _timer = time.CreateTimer(_ => Look(), null, Interval, Interval);
    }

    /// <summary>Says that there are others now: callers that were let in before may not be any more.</summary>
    public event Action? Changed;

    /// <summary>What a handshake that begins now is made with.</summary>
    public CertificateSet Current
    {
        get
        {
            if (_time.GetElapsedTime(Interlocked.Read(ref _looked)) >= Shortest)
                Look();
            return _current;
        }
    }

    /// <summary>The time by which certificates are judged.</summary>
    public DateTimeOffset Now => _time.GetUtcNow();

    /// <summary>What was read last, without a look at the files.</summary>
    public CertificateSet Known => _current;

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        bool isNew;
        // Whoever comes while somebody looks needs not wait: he is served with what was.
        if (!_looking.TryEnter())
            return;
        try
        {
            Interlocked.Exchange(ref _looked, _time.GetTimestamp());
            isNew = Read();
            Warn();
        }
        finally
        {
            _looking.Exit();
        }

        if (isNew)
            Changed?.Invoke();
    }

    private bool Read()
    {
        try
        {
            var contents = CertificateContents.Read(_files);
            var digest = contents.Digest();
            if (digest == _digest)
            {
                // Also after others that were broken: those in use are there again.
                _told = null;
                return false;
            }

            _current = CertificateSet.Load(_files, contents);
            _digest = digest;
        }
        catch (BrokenCertificatesException exception)
        {
            if (_told != exception.Message)
                _log.CertificatesBroken(exception.Message);
            _told = exception.Message;
            return false;
        }

        _told = null;
        Tell();
        return true;
    }

    private void Tell()
    {
        var own = _current.Own;
        _log.CertificatesLoaded(
            DistinguishedNameText.Of(own.SubjectName), own.SerialNumber, Utc(own.NotAfter), _current.Trust.AuthorityCount, _current.Trust.Lists.Count);
        _warned = [];
        Warn();
    }

    // Each is said once for a set of certificates.
    private void Warn()
    {
        var now = _time.GetUtcNow();
        DateTimeOffset end = Utc(_current.Own.NotAfter);
        if (end <= now)
            Once("expired", () => _log.CertificateExpired(end));
        else if (end - now <= Soon)
            Once("soon", () => _log.CertificateExpiresSoon(end));
        foreach (var list in _current.Trust.Lists.Where(list => list.NextUpdate <= now))
            Once($"list {list.Issuer}", () => _log.RevocationListExpired(list.Issuer, list.NextUpdate!.Value));

        void Once(string what, Action tell)
        {
            if (_warned.Add(what))
                tell();
        }
    }

    private static DateTimeOffset Utc(DateTime local) => local.ToUniversalTime();
}
