namespace Mptcp.ControlPlane.Client;

/// <summary>
/// How a <see cref="ControlPlaneClient"/> calls. Every value has a default that suits a controller on the daemon's own host.
/// </summary>
public sealed class ControlPlaneClientOptions
{
    /// <summary>
    /// The network namespace put into every request that names none; empty leaves the choice to the daemon. It also
    /// narrows the calls for which an empty name means every namespace: ListConnections, and Watch through the filters
    /// of its request.
    /// </summary>
    public string Namespace { get; init; } = "";

    /// <summary>
    /// How long a unary call or a ListSockets that sets no deadline may take, before it ends with DEADLINE_EXCEEDED; a
    /// CreateSubflow may take its own <c>wait</c> on top. <see cref="System.Threading.Timeout.InfiniteTimeSpan"/> for no end.
    /// Watch and Sample, which go on, have no deadline. Default: 30 seconds.
    /// </summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long a connection to the daemon may be silent, while calls are open, before the daemon is asked for a sign
    /// of life; at least 1 second. Default: 15 seconds, so that with <see cref="KeepAliveTimeout"/> a daemon that is gone
    /// without a word is noticed within 30.
    /// </summary>
    public TimeSpan KeepAliveInterval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How long the daemon may take to give that sign, before every call of the connection ends with UNAVAILABLE; at
    /// least 1 second. Default: 10 seconds.
    /// </summary>
    public TimeSpan KeepAliveTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The longest message taken from the daemon, in bytes. Default: 64 MiB.</summary>
    public int MaxReceiveMessageBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>
    /// How a watch goes on when its stream breaks; null to end it with the error. Default: a <see cref="WatchReconnection"/> with
    /// its defaults.
    /// </summary>
    public WatchReconnection? Reconnection { get; init; } = new();

    /// <summary>
    /// Whom to trust and who this caller is, for <c>https</c> addresses; others need none of it. Default: the authorities of the
    /// system, and no certificate.
    /// </summary>
    public ControlPlaneTls Tls { get; init; } = new();

    /// <summary>A bearer token to send with every call; null for none. It is not sent in plain text over TCP: such an address is refused.</summary>
    public string? Token { get; init; }

    /// <summary>The same in a file, which is read again when it has changed; null for none.</summary>
    public string? TokenFile { get; init; }

    internal void Validate(ControlPlaneAddress address)
    {
        var violations = new List<string>();
        if (Tls is null)
            violations.Add($"{nameof(Tls)} is null: leave it out for its defaults");
        violations.AddRange((Tls?.Violations() ?? []).Select(violation => $"{nameof(Tls)}: {violation}"));
        if (Token is not null && TokenFile is not null)
            violations.Add($"{nameof(Token)} and {nameof(TokenFile)} are both set");
        if (Token is not null && !Security.TokenFile.IsToken(Token))
            violations.Add($"{nameof(Token)} has letters that cannot be sent");
        if ((Token ?? TokenFile) is not null && address is { Uri: not null, IsSecure: false })
            violations.Add($"a token is not sent in plain text, as it would be to {address}: use https, or a Unix socket");
        if (Namespace is null)
            violations.Add($"{nameof(Namespace)} is null: leave it empty for the daemon's default");
        if (Timeout <= TimeSpan.Zero && Timeout != System.Threading.Timeout.InfiniteTimeSpan)
            violations.Add($"{nameof(Timeout)} is {Timeout}: it must be more than zero, or infinite");
        if (KeepAliveInterval < TimeSpan.FromSeconds(1))
            violations.Add($"{nameof(KeepAliveInterval)} is {KeepAliveInterval}: it must be at least 1 second");
        if (KeepAliveTimeout < TimeSpan.FromSeconds(1))
            violations.Add($"{nameof(KeepAliveTimeout)} is {KeepAliveTimeout}: it must be at least 1 second");
        if (MaxReceiveMessageBytes <= 0)
            violations.Add($"{nameof(MaxReceiveMessageBytes)} is {MaxReceiveMessageBytes}: it must be more than zero");
        violations.AddRange((Reconnection?.Violations() ?? []).Select(violation => $"{nameof(Reconnection)}.{violation}"));
        if (violations.Count > 0)
            throw new ArgumentException("The options of the client are wrong: " + string.Join("; ", violations));
    }
}
