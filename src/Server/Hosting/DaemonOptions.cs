using Mptcp.ControlPlane.Server.Hosting.Configuration;
using Mptcp.ControlPlane.Server.Policies.Model;
using Mptcp.ControlPlane.Server.Security.Audit;
using Mptcp.ControlPlane.Server.Security.Certificates;
using Mptcp.ControlPlane.Server.Security.Limits;
using Mptcp.ControlPlane.Server.Security.Permissions;
using Mptcp.ControlPlane.Server.Security.Tokens;

namespace Mptcp.ControlPlane.Server.Hosting;

/// <summary>How the daemon runs. Made by <see cref="Configuration.DaemonOptionsReader"/>, which has checked all of it.</summary>
internal sealed class DaemonOptions
{
    public const string DefaultSocketPath = "/run/mptcp-controld/control.sock";

    /// <summary>What the command line and the configuration file set.</summary>
    public SettingsBuilder Settings { get; init; } = new();

    /// <summary>
    /// Reads the command line and the configuration file once more; null where the options are of neither. It throws a
    /// <see cref="ConfigurationException"/> where they have become wrong.
    /// </summary>
    public Func<DaemonOptions>? ReadAgain { get; init; }

    /// <summary>The Unix socket to serve on; absolute.</summary>
    public string SocketPath { get; init; } = DefaultSocketPath;

    /// <summary>The group that owns the socket, and its directory where the daemon makes that; null leaves the daemon's own.</summary>
    public uint? SocketGroup { get; init; }

    /// <summary>Who may connect to the socket: connecting needs the right to write.</summary>
    public UnixFileMode SocketMode { get; init; } =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;

    /// <summary>
    /// An address to serve on over TCP as well: by <c>http</c> a loopback one in plain text, by <c>https</c> any with
    /// <see cref="Tls"/>; null for none. Port 0 takes a free one.
    /// </summary>
    public Uri? Listen { get; init; }

    /// <summary>The files of mutual TLS; null unless <see cref="Listen"/> is <c>https</c>.</summary>
    public TlsFiles? Tls { get; init; }

    /// <summary>Whose tokens prove callers; null for nobody's, and unless <see cref="Listen"/> is <c>https</c>.</summary>
    public TokenRules? Tokens { get; init; }

    /// <summary>Names and paths of the network namespaces to serve; none means the daemon's own.</summary>
    public IReadOnlyList<string> Namespaces { get; init; } = [];

    /// <summary>The directory to keep policies in, absolute; null to keep them no longer than the daemon runs.</summary>
    public string? StateDirectory { get; init; }

    /// <summary>The roles that remote controllers may play, beside those of the policies.</summary>
    public IReadOnlyList<Role> Roles { get; init; } = [];

    /// <summary>Who may do what.</summary>
    public AccessRules Access { get; init; } = new();

    /// <summary>Where the audit trail goes.</summary>
    public AuditOptions Audit { get; init; } = new();

    /// <summary>How much callers may take.</summary>
    public LimitRules Limits { get; init; } = new();

    /// <summary>How many events the event log holds for watchers that are behind or come back.</summary>
    public int EventLogCapacity { get; init; } = 65_536;

    /// <summary>
    /// How many bytes the event log may take, as estimated with what watchers make of it: where events are large it holds fewer
    /// than <see cref="EventLogCapacity"/>.
    /// </summary>
    public int EventLogBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>
    /// The receive buffer to ask for on each event socket, in bytes. The kernel accounts about 800 bytes for an event and
    /// doubles what is asked for: the default has room for about 20,000 events.
    /// </summary>
    public int EventReceiveBufferBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>How long a subflow's handshake may go without an answer before it is given up; zero leaves it to the kernel.</summary>
    public TimeSpan SubflowTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How often what is known is compared with the kernel's sockets, of which not all changes are told. Where the comparison
    /// would take more than a twentieth of the time, it is made less often.
    /// </summary>
    public TimeSpan SurveyInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Whether callers may have the daemon change how subflows send, which needs CAP_BPF and CAP_PERFMON besides.
    /// </summary>
    public bool CongestionTuning { get; init; }

    /// <summary>After how long a silence a caller who has streams open is asked for a sign of life.</summary>
    public TimeSpan KeepAliveInterval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a caller may take to give that sign before all his streams are ended.</summary>
    public TimeSpan KeepAliveTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The user that a daemon started as root becomes; null to stay who it is.</summary>
    public DaemonUser? User { get; init; }

    /// <summary>Whether it keeps the capabilities to see which process holds a connection, whoever's that is.</summary>
    public bool FindsOwners { get; init; }

    /// <summary>Whether it keeps the capability to listen at announced ports below 1024.</summary>
    public bool ListensAtLowPorts { get; init; }

    /// <summary>Where to send metrics, traces and the log (OTLP); null for nowhere.</summary>
    public Uri? OtlpEndpoint { get; init; }
}
