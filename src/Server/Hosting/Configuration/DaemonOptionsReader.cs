using System.Globalization;
using System.Net;
using System.Text;
using Mptcp.ControlPlane.Server.Security.Audit;
using Mptcp.ControlPlane.Server.Security.Certificates;
using Mptcp.ControlPlane.Server.Security.Limits;
using Mptcp.ControlPlane.Server.Security.Permissions;
using Mptcp.ControlPlane.Server.Security.Tokens;

namespace Mptcp.ControlPlane.Server.Hosting.Configuration;

/// <summary>Makes options of settings, and notes everything that is wrong with them.</summary>
internal sealed class DaemonOptionsReader(SettingsBuilder settings, ICollection<string> violations)
{
    // sizeof(sockaddr_un.sun_path) less the NUL at its end.
    private const int LongestSocketPath = 107;

    private static readonly DaemonOptions Defaults = new();

    /// <summary>Reads the same again, as it is by then; null where it was not read from anywhere.</summary>
    public Func<DaemonOptions>? ReadAgain { get; init; }

    public DaemonOptions Read()
    {
        var listen = Read<Uri?>(ConfigurationKey.Listen, null, ReadListen);
        return Read(listen, ReadTls(listen), new TokensReader(settings, violations).Read(listen));
    }

    private DaemonOptions Read(Uri? listen, TlsFiles? tls, TokenRules? tokens) => new()
    {
        Settings = settings,
        ReadAgain = ReadAgain,
        SocketPath = Read(ConfigurationKey.SocketPath, Defaults.SocketPath, ReadSocketPath),
        SocketGroup = Read<uint?>(ConfigurationKey.SocketGroup, null, ReadGroup),
        SocketMode = Read(ConfigurationKey.SocketMode, Defaults.SocketMode, ReadMode),
        Listen = listen,
        Tls = tls,
        Tokens = tokens,
        Namespaces = ReadNamespaces(),
        StateDirectory = Read<string?>(ConfigurationKey.StateDirectory, null, ReadAbsolutePath),
        Roles = settings.Roles,
        Access = new AccessRules
        {
            SocketGroup = Read<AccessRole?>(ConfigurationKey.AccessSocketGroup, Defaults.Access.SocketGroup, ReadSocketGroupRole),
            Bindings = settings.AccessBindings,
        },
        Audit = ReadAudit(),
        Limits = ReadLimits(),
        EventLogCapacity = ReadNumber(ConfigurationKey.EventLogCapacity, Defaults.EventLogCapacity, 1_024, 16_777_216),
        EventLogBytes = ReadNumber(ConfigurationKey.EventLogBytes, Defaults.EventLogBytes, 1_048_576, int.MaxValue),
        EventReceiveBufferBytes = ReadNumber(
            ConfigurationKey.EventReceiveBufferBytes, Defaults.EventReceiveBufferBytes, 65_536, 1_073_741_823),
        SurveyInterval = TimeSpan.FromMilliseconds(ReadNumber(
            ConfigurationKey.SurveyIntervalMilliseconds, (int)Defaults.SurveyInterval.TotalMilliseconds, 100, 3_600_000)),
        SubflowTimeout = TimeSpan.FromSeconds(ReadNumber(
            ConfigurationKey.SubflowTimeoutSeconds, (int)Defaults.SubflowTimeout.TotalSeconds, 0, 86_400)),
        CongestionTuning = ReadSwitch(ConfigurationKey.CongestionTuning, Defaults.CongestionTuning),
        KeepAliveInterval = ReadSeconds(ConfigurationKey.KeepAliveIntervalSeconds, Defaults.KeepAliveInterval),
        KeepAliveTimeout = ReadSeconds(ConfigurationKey.KeepAliveTimeoutSeconds, Defaults.KeepAliveTimeout),
        User = Read<DaemonUser?>(ConfigurationKey.PrivilegesUser, null, ReadUser),
        FindsOwners = ReadSwitch(ConfigurationKey.PrivilegesOwners, Defaults.FindsOwners),
        ListensAtLowPorts = ReadSwitch(ConfigurationKey.PrivilegesLowPorts, Defaults.ListensAtLowPorts),
        OtlpEndpoint = Read<Uri?>(ConfigurationKey.OtlpEndpoint, null, ReadOtlpEndpoint),
    };

    private static string ReadSocketPath(string text, Action<string> report)
    {
        if (!Path.IsPathFullyQualified(text))
            report($"must be an absolute path, and is \"{text}\"");
        else if (text.EndsWith('/') || text.Contains('\0', StringComparison.Ordinal))
            report("must be the path of a file");
        else if (Encoding.UTF8.GetByteCount(text) is var length && length > LongestSocketPath)
            report($"is too long for a Unix socket: {length} bytes, of at most {LongestSocketPath}: {text}");
        return text;
    }

    private AuditOptions ReadAudit() => new()
    {
        File = Read<string?>(ConfigurationKey.AuditFile, null, ReadFile),
        MaxBytes = ReadNumber(ConfigurationKey.AuditMaxBytes, Defaults.Audit.MaxBytes, 262_144, 1_073_741_824),
        Files = ReadNumber(ConfigurationKey.AuditFiles, Defaults.Audit.Files, 2, 1_000),
        Journal = ReadSwitch(ConfigurationKey.AuditJournal, Defaults.Audit.Journal),
        Required = ReadSwitch(ConfigurationKey.AuditRequired, Defaults.Audit.Required),
        Decisions = ReadSwitch(ConfigurationKey.AuditDecisions, Defaults.Audit.Decisions),
        MemoryEntries = ReadNumber(ConfigurationKey.AuditMemoryEntries, Defaults.Audit.MemoryEntries, 100, 100_000),
    };

    private static string? ReadFile(string text, Action<string> report)
    {
        if (!Path.IsPathFullyQualified(text) || text.EndsWith('/') || text.Contains('\0', StringComparison.Ordinal))
            report($"must be the absolute path of a file, and is \"{text}\"");
        return text;
    }

    private static string? ReadAbsolutePath(string text, Action<string> report)
    {
        if (!Path.IsPathFullyQualified(text) || text.Contains('\0', StringComparison.Ordinal))
            report($"must be an absolute path, and is \"{text}\"");
        return text;
    }

    private static uint? ReadGroup(string text, Action<string> report)
    {
        var group = Accounts.FindGroup(text);
        if (group is null)
            report($"there is no group \"{text}\"");
        return group;
    }

    private static DaemonUser? ReadUser(string text, Action<string> report)
    {
        var user = Accounts.FindUserWithGroup(text);
        if (user is null)
            report($"there is no user \"{text}\"");
        return user;
    }

    private static AccessRole? ReadSocketGroupRole(string text, Action<string> report)
    {
        if (text == "none")
            return null;
        var role = AccessBindingsSetting.FindRole(text);
        if (role is null)
            report($"must be {AccessBindingsSetting.RoleNames}, or none, and is \"{text}\"");
        return role;
    }

    private static UnixFileMode ReadMode(string text, Action<string> report)
    {
        if (text.Length is < 3 or > 4 || !text.All(digit => digit is >= '0' and <= '7') || Convert.ToInt32(text, 8) > 0x1ff)
        {
            report($"must be permissions in octal such as \"0660\", and is \"{text}\"");
            return UnixFileMode.None;
        }

        return (UnixFileMode)Convert.ToInt32(text, 8);
    }

    private static Uri? ReadListen(string text, Action<string> report)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || (url.Scheme != Uri.UriSchemeHttp && url.Scheme != Uri.UriSchemeHttps)
            || url.PathAndQuery != "/" || url.UserInfo.Length > 0)
        {
            report($"must be a URL such as \"http://127.0.0.1:7600\" or \"https://0.0.0.0:7600\", and is \"{text}\"");
            return null;
        }

        var address = url.Host == "localhost" ? IPAddress.Loopback : IPAddress.TryParse(url.DnsSafeHost, out var given) ? given : null;
        if (url.Scheme == Uri.UriSchemeHttp && (address is null || !IPAddress.IsLoopback(address)))
            report($"plain text is served on loopback addresses only, and \"{text}\" is none; https is served on any");
        else if (address is null)
            report($"must have an address, such as \"https://0.0.0.0:7600\" for all that the host has, and is \"{text}\"");
        return url;
    }

    private static Uri? ReadOtlpEndpoint(string text, Action<string> report)
    {
        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps))
            return url;
        report($"must be an http or https URL, and is \"{text}\"");
        return null;
    }

    private TlsFiles? ReadTls(Uri? listen)
    {
        var certificate = ReadTlsFile(ConfigurationKey.TlsCertificate);
        var key = ReadTlsFile(ConfigurationKey.TlsKey);
        var authorities = ReadTlsFile(ConfigurationKey.TlsClientAuthorities);
        var revoked = ReadTlsFile(ConfigurationKey.TlsRevoked);
        if (listen?.Scheme == Uri.UriSchemeHttps)
        {
            Require(ConfigurationKey.TlsCertificate, certificate);
            Require(ConfigurationKey.TlsKey, key);
            Require(ConfigurationKey.TlsClientAuthorities, authorities);
            return certificate is null || key is null || authorities is null ? null : new TlsFiles(certificate, key, authorities, revoked);
        }

        // What is wrong with the address has been told, if it is that.
        if (listen is null && settings.Find(ConfigurationKey.Listen) is not null)
            return null;
        foreach (var (unused, file) in new[]
        {
            (ConfigurationKey.TlsCertificate, certificate), (ConfigurationKey.TlsKey, key),
            (ConfigurationKey.TlsClientAuthorities, authorities), (ConfigurationKey.TlsRevoked, revoked),
        })
        {
            if (file is not null)
                violations.Add($"{unused}: is for https, and {ConfigurationKey.Listen} is {(listen is null ? "not set" : $"\"{listen.OriginalString}\"")}");
        }

        return null;

        void Require(ConfigurationKey needed, string? file)
        {
            if (file is null)
                violations.Add($"{needed}: is needed, as {ConfigurationKey.Listen} is \"{listen.OriginalString}\"");
        }
    }

    private string? ReadTlsFile(ConfigurationKey key) => Read<string?>(key, null, ReadAbsolutePath);

    private IReadOnlyList<string> ReadNamespaces()
    {
        var names = settings.FindList(ConfigurationKey.Namespaces);
        if (names.Any(string.IsNullOrWhiteSpace))
            violations.Add($"{ConfigurationKey.Namespaces}: a name is empty");
        foreach (var twice in names.GroupBy(name => name).Where(group => group.Count() > 1))
            violations.Add($"{ConfigurationKey.Namespaces}: \"{twice.Key}\" stands there twice");
        return names;
    }

    private bool ReadSwitch(ConfigurationKey key, bool byDefault) => Read(key, byDefault, (text, report) =>
    {
        if (text is not ("true" or "false"))
            report($"must be true or false, and is \"{text}\"");
        return text == "true";
    });

    private LimitRules ReadLimits() => new()
    {
        Connections = ReadNumber(ConfigurationKey.LimitConnections, Defaults.Limits.Connections, 1, 1_000_000),
        ConnectionsPerCaller = ReadNumber(ConfigurationKey.LimitConnectionsPerCaller, Defaults.Limits.ConnectionsPerCaller, 1, 1_000_000),
        ConnectionsPerSecond = ReadNumber(ConfigurationKey.LimitConnectionsPerSecond, Defaults.Limits.ConnectionsPerSecond, 0, 1_000_000),
        BytesPerSecond = ReadNumber(ConfigurationKey.LimitBytesPerSecond, Defaults.Limits.BytesPerSecond, 0, int.MaxValue),
        StreamsPerCaller = ReadNumber(ConfigurationKey.LimitStreamsPerCaller, Defaults.Limits.StreamsPerCaller, 1, 1_000_000),
        CallsPerCaller = ReadNumber(ConfigurationKey.LimitCallsPerCaller, Defaults.Limits.CallsPerCaller, 1, 1_000_000),
        RequestsPerSecond = ReadNumber(ConfigurationKey.LimitRequestsPerSecond, Defaults.Limits.RequestsPerSecond, 0, 1_000_000),
        RequestBytes = ReadNumber(ConfigurationKey.LimitRequestBytes, Defaults.Limits.RequestBytes, 1_024, 16_777_216),
        HeaderBytes = ReadNumber(ConfigurationKey.LimitHeaderBytes, Defaults.Limits.HeaderBytes, 1_024, 1_048_576),
        FirstByte = ReadSeconds(ConfigurationKey.LimitFirstByteSeconds, Defaults.Limits.FirstByte),
    };

    private TimeSpan ReadSeconds(ConfigurationKey key, TimeSpan byDefault)
        => TimeSpan.FromSeconds(ReadNumber(key, (int)byDefault.TotalSeconds, 1, 3_600));

    private int ReadNumber(ConfigurationKey key, int byDefault, int lowest, int highest) => Read(key, byDefault, (text, report) =>
    {
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < lowest || number > highest)
            report($"must be a whole number, {lowest} to {highest}, and is \"{text}\"");
        return number;
    });

    private T Read<T>(ConfigurationKey key, T byDefault, Func<string, Action<string>, T> read)
        => settings.Find(key) is { } text ? read(text, problem => violations.Add($"{key}: {problem}")) : byDefault;
}
