using Google.Protobuf;
using Grpc.Core;

namespace Mptcp.ControlPlane.Server.Security.Audit;

/// <summary>
/// A write, or the refusal of one, as it waits to be written. It holds messages and leaves making text of them to the trail's own thread:
/// nobody may change them any more.
/// </summary>
/// <param name="Kind">What kind of write it is.</param>
/// <param name="Time">When it ended.</param>
internal sealed record AuditRecord(AuditKind Kind, DateTimeOffset Time)
{
    /// <summary>Who it was; null where entries are missing.</summary>
    public AuditSource? Source { get; init; }

    /// <summary>Why it was refused, or failed; null where it was done. The rest of its outcome is found in it by <see cref="AuditOutcomes.Resolve"/>.</summary>
    public Exception? Failure { get; init; }

    /// <summary>False where the caller was refused for want of a right.</summary>
    public bool Allowed { get; init; } = true;

    public StatusCode Status { get; init; }

    /// <summary>The name of the reason of an error; empty for none.</summary>
    public string Reason { get; init; } = "";

    /// <summary>What was wrong, in words.</summary>
    public string Message { get; init; } = "";

    /// <summary>The request's own id, where it is another than the source's.</summary>
    public string RequestId { get; init; } = "";

    /// <summary>The namespace, where the request does not say it.</summary>
    public string Namespace { get; init; } = "";

    /// <summary>The connection's token, where the request does not say it.</summary>
    public uint Token { get; init; }

    public bool ValidateOnly { get; init; }

    /// <summary>The controller whose decision was overridden, in words; empty for none.</summary>
    public string Overridden { get; init; } = "";

    /// <summary>What was asked for.</summary>
    public IMessage? Request { get; init; }

    /// <summary>What was before.</summary>
    public IMessage? Before { get; init; }

    /// <summary>What is afterwards.</summary>
    public IMessage? After { get; init; }

    /// <summary>Makes what is afterwards, where that is known, on the trail's own thread; it has no say where there is a message.</summary>
    public Func<IMessage?>? AfterLater { get; init; }

    /// <summary>The text of the policy document whose digest stands for it; null for none.</summary>
    public string? Document { get; init; }

    /// <summary>How many entries are missing.</summary>
    public ulong Lost { get; init; }

    /// <summary>About how many bytes it takes while it waits.</summary>
    public int Size { get; init; }
}
