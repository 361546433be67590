using Mptcp.ControlPlane.Server.Hosting;
using Mptcp.ControlPlane.Server.Hosting.Configuration;
using Mptcp.ControlPlane.Server.Telemetry;

namespace Mptcp.ControlPlane.Server.Security.Tokens;

/// <summary>
/// Has the keys of the issuer, and follows their file when somebody asks for them: what is whole takes the place of what was, and what is not
/// is told once and waited for.
/// </summary>
internal sealed class TokenKeys
{
    // Issuers have a handful of keys.
    private const int LongestFile = 256 * 1024;

    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    private readonly string _path;
    private readonly TimeProvider _time;
    private readonly ILogger<TokenKeys> _log;
    private readonly Lock _looking = new();
    private long _looked;
    private byte[] _content;
    private string? _told;
    private volatile TokenKeySet _current;

    /// <summary>Reads the file.</summary>
    /// <exception cref="StartupException">It cannot be used.</exception>
    public TokenKeys(TokenRules rules, TimeProvider time, ILogger<TokenKeys> log)
    {
        _path = rules.KeyFile;
        _time = time;
        _log = log;
        try
        {
            _content = Read();
            _current = Parse(_content);
        }
        catch (BrokenKeysException exception)
        {
            throw new StartupException($"the keys of tokens cannot be used: {exception.Message}", exception);
        }

        _looked = time.GetTimestamp();
        _log.TokenKeysLoaded(_path, _current.Count);
    }

    /// <summary>The keys as they are now, give or take a second.</summary>
    public TokenKeySet Current
    {
        get
        {
            // Whoever comes while somebody looks needs not wait: he is served with what was.
            if (_time.GetElapsedTime(Interlocked.Read(ref _looked)) < Shortest || !_looking.TryEnter())
                return _current;
            try
            {
                Look();
            }
            finally
            {
                _looking.Exit();
            }

            return _current;
        }
    }

    private void Look()
    {
        Interlocked.Exchange(ref _looked, _time.GetTimestamp());
        try
        {
            // The content and not the time of the file, as links and copies that keep times lead to it.
            var content = Read();
            if (!content.AsSpan().SequenceEqual(_content))
            {
                _current = Parse(content);
                _content = content;
                _log.TokenKeysLoaded(_path, _current.Count);
            }

            _told = null;
        }
        catch (BrokenKeysException exception)
        {
            if (_told != exception.Message)
                _log.TokenKeysBroken(exception.Message);
            _told = exception.Message;
        }
    }

    private TokenKeySet Parse(byte[] content)
    {
        try
        {
            return TokenKeySet.Parse(content);
        }
        catch (BrokenKeysException exception)
        {
            throw new BrokenKeysException($"{_path}: {exception.Message}", exception);
        }
    }

    private byte[] Read()
    {
        try
        {
            return BoundedFile.Read(_path, LongestFile);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new BrokenKeysException($"{_path} cannot be read: {exception.Message}", exception);
        }
    }
}
