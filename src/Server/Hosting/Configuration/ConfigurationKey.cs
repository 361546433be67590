namespace Mptcp.ControlPlane.Server.Hosting.Configuration;

/// <summary>A setting of the configuration file.</summary>
/// <param name="Name">Its path in the file, with dots.</param>
/// <param name="Flag">The flag that sets the same, where there is one.</param>
internal sealed record ConfigurationKey(string Name, string? Flag = null)
{
    public static readonly ConfigurationKey SocketPath = new("socket.path", "--socket");
    public static readonly ConfigurationKey SocketGroup = new("socket.group", "--socket-group");
    public static readonly ConfigurationKey SocketMode = new("socket.mode", "--socket-mode");
    public static readonly ConfigurationKey Listen = new("listen", "--listen");
    public static readonly ConfigurationKey TlsCertificate = new("tls.certificate");
    public static readonly ConfigurationKey TlsKey = new("tls.key");
    public static readonly ConfigurationKey TlsClientAuthorities = new("tls.clientCa");
    public static readonly ConfigurationKey TlsRevoked = new("tls.revoked");
    public static readonly ConfigurationKey TokenIssuer = new("tokens.issuer");
    public static readonly ConfigurationKey TokenAudience = new("tokens.audience");
    public static readonly ConfigurationKey TokenKeys = new("tokens.keys");
    public static readonly ConfigurationKey Namespaces = new("namespaces", "--namespace") { IsList = true };
    public static readonly ConfigurationKey StateDirectory = new("state.directory", "--state-dir");
    public static readonly ConfigurationKey Roles = new("roles");
    public static readonly ConfigurationKey AccessSocketGroup = new("access.socketGroup");
    public static readonly ConfigurationKey AccessBindings = new("access.bindings");
    public static readonly ConfigurationKey AuditFile = new("audit.file");
    public static readonly ConfigurationKey AuditMaxBytes = new("audit.maxBytes");
    public static readonly ConfigurationKey AuditFiles = new("audit.files");
    public static readonly ConfigurationKey AuditJournal = new("audit.journal") { IsSwitch = true };
    public static readonly ConfigurationKey AuditRequired = new("audit.required") { IsSwitch = true };
    public static readonly ConfigurationKey AuditDecisions = new("audit.decisions") { IsSwitch = true };
    public static readonly ConfigurationKey AuditMemoryEntries = new("audit.memoryEntries");
    public static readonly ConfigurationKey LimitConnections = new("limits.connections");
    public static readonly ConfigurationKey LimitConnectionsPerCaller = new("limits.connectionsPerCaller");
    public static readonly ConfigurationKey LimitConnectionsPerSecond = new("limits.connectionsPerSecond");
    public static readonly ConfigurationKey LimitBytesPerSecond = new("limits.bytesPerSecond");
    public static readonly ConfigurationKey LimitStreamsPerCaller = new("limits.streamsPerCaller");
    public static readonly ConfigurationKey LimitCallsPerCaller = new("limits.callsPerCaller");
    public static readonly ConfigurationKey LimitRequestsPerSecond = new("limits.requestsPerSecond");
    public static readonly ConfigurationKey LimitRequestBytes = new("limits.requestBytes");
    public static readonly ConfigurationKey LimitHeaderBytes = new("limits.headerBytes");
    public static readonly ConfigurationKey LimitFirstByteSeconds = new("limits.firstByteSeconds");
    public static readonly ConfigurationKey EventLogCapacity = new("events.logCapacity");
    public static readonly ConfigurationKey EventLogBytes = new("events.logBytes");
    public static readonly ConfigurationKey EventReceiveBufferBytes = new("events.receiveBufferBytes");
    public static readonly ConfigurationKey SurveyIntervalMilliseconds = new("connections.surveyIntervalMilliseconds");
    public static readonly ConfigurationKey SubflowTimeoutSeconds = new("connections.subflowTimeoutSeconds");
    public static readonly ConfigurationKey KeepAliveIntervalSeconds = new("callers.keepAliveIntervalSeconds");
    public static readonly ConfigurationKey KeepAliveTimeoutSeconds = new("callers.keepAliveTimeoutSeconds");
    public static readonly ConfigurationKey PrivilegesUser = new("privileges.user");
    public static readonly ConfigurationKey PrivilegesOwners = new("privileges.owners", "--owners") { IsSwitch = true };
    public static readonly ConfigurationKey PrivilegesLowPorts = new("privileges.lowPorts") { IsSwitch = true };
    public static readonly ConfigurationKey CongestionTuning = new("congestion.tuning") { IsSwitch = true };
    public static readonly ConfigurationKey OtlpEndpoint = new("telemetry.otlpEndpoint");

    /// <summary>Every key there is; docs/configuration.md lists the same.</summary>
    public static readonly IReadOnlyList<ConfigurationKey> All =
    [
        SocketPath, SocketGroup, SocketMode, Listen, TlsCertificate, TlsKey, TlsClientAuthorities, TlsRevoked, TokenIssuer, TokenAudience, TokenKeys,
        Namespaces, StateDirectory, Roles, AccessSocketGroup, AccessBindings, AuditFile, AuditMaxBytes, AuditFiles, AuditJournal, AuditRequired, AuditDecisions, AuditMemoryEntries,
        LimitConnections, LimitConnectionsPerCaller, LimitConnectionsPerSecond, LimitBytesPerSecond, LimitStreamsPerCaller, LimitCallsPerCaller,
        LimitRequestsPerSecond, LimitRequestBytes, LimitHeaderBytes, LimitFirstByteSeconds, EventLogCapacity, EventLogBytes, EventReceiveBufferBytes, SurveyIntervalMilliseconds,
        SubflowTimeoutSeconds, KeepAliveIntervalSeconds, KeepAliveTimeoutSeconds, PrivilegesUser, PrivilegesOwners, PrivilegesLowPorts,
        CongestionTuning, OtlpEndpoint,
    ];

    /// <summary>Whether its value is a list of texts.</summary>
    public bool IsList { get; private init; }

    /// <summary>Whether its value is true or false.</summary>
    public bool IsSwitch { get; private init; }

    /// <summary>How messages call it.</summary>
    public override string ToString() => Flag is null ? Name : $"{Name} ({Flag})";
}
