using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Mptcp.ControlPlane.Json;
using Mptcp.ControlPlane.Server.Policies.Revisions;
using Mptcp.ControlPlane.Server.Telemetry;

namespace Mptcp.ControlPlane.Server.Security.Audit;

/// <summary>
/// Writes entries of the trail as lines of JSON. Fields that say nothing are left out; numbers are numbers, and what was asked for, what
/// was before and what is afterwards are objects. For the trail's thread alone.
/// </summary>
internal sealed class AuditLine
{
    /// <summary>How long a part of an entry may be; of a longer one the length and the digest are told.</summary>
    public const int LongestPart = 32 * 1024;

    private const int LongestMessage = 1000;

    // What every line begins with.
    private static readonly byte[] Beginning = [.. "{ \"sequence\": "u8];

    private readonly JsonTypes _types = new(withDefaults: false);
    private readonly Dictionary<MessageDescriptor, AuditTarget.Fields> _fields = [];
    private JsonBuffer _line = new(indented: false);
    private JsonBuffer _part = new(indented: false);
    private byte[] _text = new byte[1024];

    /// <summary>Writes an entry, with the end of its line. What is returned holds until the next one.</summary>
    public ReadOnlySpan<byte> Write(ulong sequence, AuditRecord record)
    {
        // One that broke off left brackets open.
        if (_line.Depth > 0)
            _line = new JsonBuffer(indented: false);
        _line.Clear();
        _line.Open((byte)'{');
        _line.Name("sequence");
        _line.Number((long)sequence);
        _line.Name("time");
        Plain(record.Time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture));
        _line.Name("kind");
        Plain(NameOf(record.Kind));
        if (record.Source is { } source)
        {
            Write(source, record);
            WriteOutcome(record);
        }

        Field("message", record.Message.Length <= LongestMessage ? record.Message : Shorten(record.Message));
        Number("lost", record.Lost);
        if (record.Source is not null)
            WriteParts(record);
        _line.Close((byte)'}');
        _line.EndLine();
        return _line.Written;
    }

    /// <summary>Finds the number of a line's entry.</summary>
    /// <returns>False where it is no line of the trail.</returns>
    public static bool TryReadSequence(ReadOnlySpan<byte> line, out ulong sequence)
    {
        sequence = 0;
        return line.StartsWith(Beginning)
            && Utf8Parser.TryParse(line[Beginning.Length..], out sequence, out var length)
            && line[(Beginning.Length + length)..].StartsWith(", "u8);
    }

    private static string NameOf(AuditKind kind) => kind switch
    {
        AuditKind.Call => "call",
        AuditKind.SessionOpened => "session_opened",
        AuditKind.SessionEnded => "session_ended",
        AuditKind.Command => "command",
        AuditKind.Decision => "decision",
        AuditKind.Lost => "lost",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "an entry of no kind"),
    };

    // Half of a pair of surrogates would be no text.
    private static string Shorten(string text)
        => string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[LongestMessage - 1]) ? LongestMessage - 1 : LongestMessage), "…");

    private void Write(AuditSource source, AuditRecord record)
    {
        Write(source.Caller);
        Field("callerName", source.CallerName);
        Field("transport", source.Transport);
        Field("method", source.Method);
        Field("permission", source.PermissionName);
        Field("role", source.RoleName);
        Field("requestId", record.RequestId.Length > 0 ? record.RequestId : source.RequestId);
        Number("sessionId", source.SessionId);
        Field("sessionRole", source.SessionRole);
    }

    private void Write(PolicyAuthor caller)
    {
        _line.Name("caller");
        _line.Open((byte)'{');
        if (caller.Kind == PolicyAuthorKind.Process)
        {
            _line.Name("uid");
            _line.Number(caller.UserId);
            _line.Name("pid");
            _line.Number(caller.ProcessId);
            Field("command", caller.Command);
        }
        else
        {
            Field("peer", caller.Address);
            Field("identity", caller.Identity);
        }

        _line.Close((byte)'}');
    }

    private void WriteOutcome(AuditRecord record)
    {
        _line.Name("allowed");
        Boolean(record.Allowed);
        Field("status", ServerMetrics.NameOf(record.Status));
        Field("reason", record.Reason);
    }

    private void WriteParts(AuditRecord record)
    {
        var request = record.Request?.ToByteArray() ?? [];
        var target = record.Request is { } asked ? AuditTarget.Read(FieldsOf(asked.Descriptor), request) : new AuditTarget();
        Field("namespace", target.Namespace.Length > 0 ? target.Namespace : record.Namespace);
        Number("token", target.Token != 0 ? target.Token : record.Token);
        Number("connectionId", target.ConnectionId);
        Number("endpointId", target.EndpointId);
        if (record.ValidateOnly || target.ValidateOnly)
        {
            _line.Name("validateOnly");
            Boolean(true);
        }

        Field("overridden", record.Overridden);
        if (record.Request is not null)
            Part("request", record.Request, request);
        if (record.Before is { } before)
            Part("before", before, before.ToByteArray());
        if ((record.After ?? record.AfterLater?.Invoke()) is { } after)
            Part("after", after, after.ToByteArray());
        if (record.Document is { } document)
            Field("documentSha256", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(document))));
    }

    private AuditTarget.Fields FieldsOf(MessageDescriptor type)
    {
        if (!_fields.TryGetValue(type, out var fields))
            _fields[type] = fields = new AuditTarget.Fields(type);
        return fields;
    }

    private void Part(string name, IMessage message, byte[] encoded)
    {
        _line.Name(name);
        if (_part.Depth > 0)
            _part = new JsonBuffer(indented: false);
        _part.Clear();
        if (encoded.Length <= LongestPart)
            JsonTranscoder.Write(_part, _types.Of(message.Descriptor), encoded);
        if (encoded.Length <= LongestPart && _part.Length <= LongestPart)
        {
            _line.Raw(_part.Written);
            return;
        }

        _line.Open((byte)'{');
        _line.Name("bytes");
        _line.Number(encoded.Length);
        Field("sha256", Convert.ToHexStringLower(SHA256.HashData(encoded)));
        _line.Close((byte)'}');
    }

    private void Field(string name, string value)
    {
        if (value.Length == 0)
            return;
        _line.Name(name);
        var most = Encoding.UTF8.GetMaxByteCount(value.Length);
        if (most > _text.Length)
            _text = new byte[most];
        _line.Text(_text.AsSpan(0, Encoding.UTF8.GetBytes(value, _text)));
    }

    private void Number(string name, ulong value)
    {
        if (value == 0)
            return;
        _line.Name(name);
        // Ids are cookies of sockets, which programs that read numbers as fractions could round.
        if (value <= long.MaxValue >> 10)
            _line.Number((long)value);
        else
            _line.Quoted(value);
    }

    private void Boolean(bool value) => _line.Raw(value ? "true"u8 : "false"u8);

    private void Plain(string text) => _line.PlainText(text);
}
