using Google.Protobuf;
using Grpc.Core;
using Mptcp.ControlPlane.Server.Security.Identity;
using Mptcp.ControlPlane.Server.Sessions;

namespace Mptcp.ControlPlane.Server.Security.Audit;

/// <summary>What the handler of a call has to say to the trail. The messages that it notes are not changed any more.</summary>
internal sealed class AuditNotes
{
    private static readonly object Key = new();

    /// <summary>Who makes the call; null until that was found out.</summary>
    public Caller? Caller { get; set; }

    /// <summary>What was before; null where that is not known.</summary>
    public IMessage? Before { get; set; }

    /// <summary>What is afterwards; null where nothing was changed, or it is not known.</summary>
    public IMessage? After { get; set; }

    /// <summary>What was asked for, where that is no request of its own.</summary>
    public IMessage? Request { get; set; }

    /// <summary>The text of the policy document that it is about; null for none.</summary>
    public string? Document { get; set; }

    /// <summary>The controller whose decision was overridden; null for none.</summary>
    public SessionIdentity? Overridden { get; set; }

    /// <summary>Who writes, with the session, where the call has become one; null where it has not.</summary>
    public AuditSource? Session { get; set; }

    /// <summary>The id of the request.</summary>
    public string RequestId { get; set; } = "";

    /// <summary>Those of a call.</summary>
    public static AuditNotes Of(ServerCallContext call)
    {
        if (call.UserState.TryGetValue(Key, out var known))
            return (AuditNotes)known;
        var notes = new AuditNotes();
        call.UserState[Key] = notes;
        return notes;
    }
}
