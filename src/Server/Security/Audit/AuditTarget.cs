using System.Text;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Mptcp.ControlPlane.Json;

namespace Mptcp.ControlPlane.Server.Security.Audit;

/// <summary>
/// What a request is about, by the names of its fields. They are found in its encoding: asking a message by reflection is nothing that
/// native code can be sure of.
/// </summary>
internal struct AuditTarget
{
    // What an endpoint is known by in a request about one, and in the endpoint in a request that has one.
    private const string EndpointField = "endpoint";
    private const string IdField = "id";

    public AuditTarget()
    {
    }

    /// <summary>The namespace; empty where none is said.</summary>
    public string Namespace { get; private set; } = "";

    /// <summary>The connection's token; 0 for none.</summary>
    public uint Token { get; private set; }

    /// <summary>The connection's id; 0 where none is said.</summary>
    public ulong ConnectionId { get; private set; }

    /// <summary>The endpoint's id; 0 for none.</summary>
    public uint EndpointId { get; private set; }

    /// <summary>The request's own id; empty for none.</summary>
    public string RequestId { get; private set; } = "";

    /// <summary>Whether nothing was to be changed.</summary>
    public bool ValidateOnly { get; private set; }

    /// <summary>Finds what a request is about.</summary>
    public static AuditTarget Read(IMessage request) => Read(new Fields(request.Descriptor), request.ToByteArray());

    /// <summary>Finds what an encoded request is about.</summary>
    /// <param name="fields">The fields of its type.</param>
    /// <param name="encoded">The request.</param>
    public static AuditTarget Read(Fields fields, ReadOnlySpan<byte> encoded)
    {
        var target = new AuditTarget();
        var reader = new WireReader(encoded);
        while (!reader.IsAtEnd)
        {
            var tag = reader.ReadTag();
            if (tag == fields.Namespace)
                target.Namespace = Encoding.UTF8.GetString(reader.ReadBytes());
            else if (tag == fields.RequestId)
                target.RequestId = Encoding.UTF8.GetString(reader.ReadBytes());
            else if (tag == fields.Token)
                target.Token = (uint)reader.ReadVarint();
            else if (tag == fields.ConnectionId)
                target.ConnectionId = reader.ReadVarint();
            else if (tag == fields.EndpointId)
                target.EndpointId = (uint)reader.ReadVarint();
            else if (tag == fields.ValidateOnly)
                target.ValidateOnly = reader.ReadVarint() != 0;
            else if (tag == fields.Endpoint)
                target.EndpointId = ReadId(reader.ReadBytes(), fields.IdOfEndpoint);
            else
                reader.Skip(tag);
        }

        return target;
    }

    private static uint ReadId(ReadOnlySpan<byte> endpoint, uint field)
    {
        var id = 0u;
        var reader = new WireReader(endpoint);
        while (!reader.IsAtEnd)
        {
            var tag = reader.ReadTag();
            if (tag == field)
                id = (uint)reader.ReadVarint();
            else
                reader.Skip(tag);
        }

        return id;
    }

    /// <summary>The tags of the fields of one type; 0, which no field has, for those that it has not.</summary>
    internal sealed class Fields
    {
        public Fields(MessageDescriptor type)
        {
            Namespace = TagOf(type, "namespace", FieldType.String);
            RequestId = TagOf(type, RequestIds.Field, FieldType.String);
            Token = TagOf(type, "token", FieldType.UInt32);
            ConnectionId = TagOf(type, "connection_id", FieldType.UInt64);
            ValidateOnly = TagOf(type, "validate_only", FieldType.Bool);
            if (type.Name.Contains("Endpoint", StringComparison.Ordinal))
                EndpointId = TagOf(type, IdField, FieldType.UInt32);
            Endpoint = TagOf(type, EndpointField, FieldType.Message);
            if (Endpoint != 0)
                IdOfEndpoint = TagOf(type.FindFieldByName(EndpointField).MessageType, IdField, FieldType.UInt32);
        }

        public uint Namespace { get; }

        public uint RequestId { get; }

        public uint Token { get; }

        public uint ConnectionId { get; }

        public uint ValidateOnly { get; }

        public uint EndpointId { get; }

        public uint Endpoint { get; }

        public uint IdOfEndpoint { get; }

        private static uint TagOf(MessageDescriptor type, string name, FieldType expected)
            => type.FindFieldByName(name) is { IsRepeated: false } field && field.FieldType == expected
                ? ((uint)field.FieldNumber << 3) | (uint)WireTypes.Of(expected)
                : 0;
    }
}
