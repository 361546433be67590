using System.Text.Json.Serialization;

namespace Mptcp.ControlPlane.Server.Policies.Revisions;

/// <summary>The history as JSON, without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, WriteIndented = true,
    RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(PolicyHistory))]
internal sealed partial class PolicyHistoryJson : JsonSerializerContext;
