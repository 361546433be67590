using System.Buffers.Binary;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Mptcp.ControlPlane.Server.Hosting;
using Mptcp.ControlPlane.Server.Telemetry;

namespace Mptcp.ControlPlane.Server.Security.Audit;

/// <summary>
/// Writes the trail into the journal of systemd, by its native protocol: a datagram for each entry
/// (https://systemd.io/JOURNAL_NATIVE_PROTOCOL/).
/// </summary>
/// <param name="socketPath">Where the journal listens.</param>
internal sealed class AuditJournal(string socketPath = AuditJournal.DefaultSocket) : IAuditSink
{
    public const string DefaultSocket = "/run/systemd/journal/socket";

    // syslog(3).
    private const int Warning = 4;
    private const int Notice = 5;
    private const int Informational = 6;

    // A journal that takes nothing holds up the trail alone, and the daemon's end no longer than this.
    private static readonly TimeSpan LongestSend = TimeSpan.FromSeconds(1);

    private readonly MemoryStream _datagram = new();
    private Socket? _socket;

    public string Name => "the journal";

    public string Kind => "journal";

    public int Write(IReadOnlyList<AuditBatchLine> lines, out Exception? failure)
    {
        failure = null;
        var written = 0;
        try
        {
            _socket ??= Connect();
            foreach (var line in lines)
            {
                Compose(line);
                _socket.Send(_datagram.GetBuffer().AsSpan(0, (int)_datagram.Length));
                written++;
            }
        }
        catch (SocketException exception)
        {
            Reopen();
            failure = exception;
        }

        return written;
    }

    public void Reopen()
    {
        _socket?.Dispose();
        _socket = null;
    }

    public void Dispose()
    {
        Reopen();
        _datagram.Dispose();
    }

    private Socket Connect()
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified)
        {
            SendTimeout = (int)LongestSend.TotalMilliseconds,
        };
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(socketPath));
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private void Compose(AuditBatchLine line)
    {
        _datagram.SetLength(0);
        var record = line.Record;
        Add("MESSAGE", Describe(record));
        Add("PRIORITY", Text(!record.Allowed || record.Kind == AuditKind.Lost ? Warning : record.Kind == AuditKind.Decision ? Informational : Notice));
        Add("SYSLOG_IDENTIFIER", DaemonCommand.Name);
        Add("MPTCP_SEQUENCE", Text(line.Stored.Sequence));
        if (record.Source is { } source)
        {
            Add("MPTCP_CALLER", source.CallerName);
            Add("MPTCP_METHOD", source.Method);
            Add("MPTCP_REQUEST_ID", record.RequestId.Length > 0 ? record.RequestId : source.RequestId);
            Add("MPTCP_ALLOWED", record.Allowed ? "yes" : "no");
            Add("MPTCP_STATUS", ServerMetrics.NameOf(record.Status));
            if (record.Reason.Length > 0)
                Add("MPTCP_REASON", record.Reason);
        }

        Add("MPTCP_AUDIT", line.Stored.Line.AsSpan().TrimEnd((byte)'\n'));
    }

    private static string Describe(AuditRecord record)
    {
        if (record.Source is not { } source)
            return record.Message;
        var what = record.Kind == AuditKind.Call ? source.Method.TrimStart('/') : $"{source.Method.TrimStart('/')} ({record.Kind})";
        var why = record.Reason.Length > 0 ? $" ({record.Reason})" : "";
        return $"audit: {source.Caller}: {what}: {ServerMetrics.NameOf(record.Status)}{why}";
    }

    private static string Text<T>(T number)
        where T : IFormattable
        => number.ToString(null, CultureInfo.InvariantCulture);

    private void Add(string name, string value) => Add(name, Encoding.UTF8.GetBytes(value));

    // A value of one line stands behind its name; before any other stands its length.
    private void Add(string name, ReadOnlySpan<byte> value)
    {
        _datagram.Write(Encoding.ASCII.GetBytes(name));
        if (value.Contains((byte)'\n'))
        {
            Span<byte> length = stackalloc byte[sizeof(ulong)];
            BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)value.Length);
            _datagram.WriteByte((byte)'\n');
            _datagram.Write(length);
        }
        else
        {
            _datagram.WriteByte((byte)'=');
        }

        _datagram.Write(value);
        _datagram.WriteByte((byte)'\n');
    }
}
