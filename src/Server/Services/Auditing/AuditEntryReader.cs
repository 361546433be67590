using System.Globalization;
using System.Text.Json;
using Google.Protobuf.WellKnownTypes;
using Mptcp.Control.V1;
using AuditKind = Mptcp.Control.V1.AuditKind;
using Enum = System.Enum;

namespace Mptcp.ControlPlane.Server.Services.Auditing;

/// <summary>Reads lines of the trail as the contract tells entries.</summary>
internal static class AuditEntryReader
{
    private static readonly Dictionary<string, AuditKind> Kinds = Enum.GetValues<AuditKind>()
        .ToDictionary(kind => JsonNamingPolicy.SnakeCaseLower.ConvertName(kind.ToString()));

    /// <summary>Reads a line.</summary>
    /// <returns>Null where it is none: only a part of one, as a daemon that was killed leaves it, or something else.</returns>
    public static AuditEntry? TryRead(ReadOnlyMemory<byte> line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var entry = new AuditEntry();
            foreach (var field in document.RootElement.EnumerateObject())
                Read(entry, field.Name, field.Value);
            return entry;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException or OverflowException)
        {
            // Whoever may write the files may have written anything.
            return null;
        }
    }

    private static void Read(AuditEntry entry, string name, JsonElement value)
    {
        switch (name)
        {
            case "sequence": entry.Sequence = ReadNumber(value); break;
            case "time": entry.Time = Timestamp.FromDateTimeOffset(value.GetDateTimeOffset()); break;
            case "kind": entry.Kind = Kinds.GetValueOrDefault(Text(value)); break;
            case "caller": entry.Caller = ReadCaller(value); break;
            case "callerName": entry.CallerName = Text(value); break;
            case "transport": entry.Transport = Text(value); break;
            case "method": entry.Method = Text(value); break;
            case "permission": entry.Permission = Text(value); break;
            case "role": entry.Role = Text(value); break;
            case "allowed": entry.Allowed = value.GetBoolean(); break;
            case "status": entry.Status = Text(value); break;
            case "reason": entry.Reason = Text(value); break;
            case "message": entry.Message = Text(value); break;
            case "requestId": entry.RequestId = Text(value); break;
            case "namespace": entry.Namespace = Text(value); break;
            case "token": entry.Token = checked((uint)ReadNumber(value)); break;
            case "connectionId": entry.ConnectionId = ReadNumber(value); break;
            case "endpointId": entry.EndpointId = checked((uint)ReadNumber(value)); break;
            case "sessionId": entry.SessionId = ReadNumber(value); break;
            case "sessionRole": entry.SessionRole = Text(value); break;
            case "validateOnly": entry.ValidateOnly = value.GetBoolean(); break;
            case "overridden": entry.Overridden = Text(value); break;
            case "request": entry.RequestJson = value.GetRawText(); break;
            case "before": entry.BeforeJson = value.GetRawText(); break;
            case "after": entry.AfterJson = value.GetRawText(); break;
            case "documentSha256": entry.DocumentSha256 = Text(value); break;
            case "lost": entry.Lost = ReadNumber(value); break;
            default: break; // A later daemon has written it.
        }
    }

    private static PolicyAuthor ReadCaller(JsonElement value)
    {
        if (value.TryGetProperty("uid", out var uid))
        {
            return new PolicyAuthor
            {
                Process = new PolicyAuthorProcess
                {
                    Uid = uid.GetUInt32(),
                    Pid = value.TryGetProperty("pid", out var pid) ? pid.GetInt32() : 0,
                    Command = value.TryGetProperty("command", out var command) ? Text(command) : "",
                },
            };
        }

        return new PolicyAuthor
        {
            Peer = value.TryGetProperty("peer", out var peer) ? Text(peer) : "",
            Identity = value.TryGetProperty("identity", out var identity) ? Text(identity) : "",
        };
    }

    // Large ones are in quotes.
    private static ulong ReadNumber(JsonElement value) => value.ValueKind == JsonValueKind.String
        ? ulong.Parse(Text(value), NumberStyles.None, CultureInfo.InvariantCulture)
        : value.GetUInt64();

    private static string Text(JsonElement value) => value.GetString() ?? "";
}
