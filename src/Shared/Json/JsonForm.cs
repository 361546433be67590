namespace Mptcp.ControlPlane.Json;

/// <summary>How a type of message is written in proto3 JSON.</summary>
enum JsonForm
{
    /// <summary>As any message: an object of its fields.</summary>
    Object,

    /// <summary>"1.500s".</summary>
    Duration,

    /// <summary>"2026-01-31T12:00:00.500Z".</summary>
    Timestamp,

    /// <summary>"localPrefixes,owner.uid".</summary>
    FieldMask,
}
