namespace Mptcp.ControlPlane.Cli.Output;

/// <summary>How results are shown.</summary>
enum OutputFormat
{
    /// <summary>For people: tables and sentences.</summary>
    Table,

    /// <summary>For programs: proto3 JSON.</summary>
    Json,
}
