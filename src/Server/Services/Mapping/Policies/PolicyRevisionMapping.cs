using Google.Protobuf.WellKnownTypes;
using Mptcp.ControlPlane.Server.Policies.Revisions;
using Proto = Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Server.Services.Mapping.Policies;

/// <summary>Revisions of the policies, and what becomes of them, as answers and events show them.</summary>
internal static class PolicyRevisionMapping
{
    public static Proto.PolicyRevision ToProto(KeptRevision revision) => new()
    {
        Number = revision.Number,
        Etag = revision.Etag,
        Enforcement = PolicyWords.Enforcements[revision.Enforcement],
        State = ToProto(revision.State),
        ApplyTime = revision.Number == 0 ? null : Timestamp.FromDateTimeOffset(revision.Applied),
        Author = revision.Number == 0 ? null : ToProto(revision.Author),
        Comment = revision.Comment,
        ConfirmDeadline = ToProto(revision.ConfirmDeadline),
        RolledBackTo = revision.RolledBackTo,
        Policies = (uint)revision.Policies,
    };

    /// <summary>What a proposal would be, if it were applied.</summary>
    public static Proto.PolicyRevision ToPreview(PolicyProposal proposal) => new()
    {
        Enforcement = PolicyWords.Enforcements[proposal.Enforcement],
        Author = ToProto(proposal.Author),
        Comment = proposal.Comment,
        Policies = (uint)proposal.Document.Policies.Length,
    };

    public static Proto.PoliciesChange ToProto(PoliciesChange change) => new()
    {
        Kind = ToProto(change.Kind),
        Revision = change.Revision.Number,
        Etag = change.Revision.Etag,
        Enforcement = PolicyWords.Enforcements[change.Revision.Enforcement],
        Author = ToProto(change.Author),
        RolledBackTo = change.Revision.RolledBackTo,
        ConfirmDeadline = ToProto(change.Revision.ConfirmDeadline),
    };

    public static Proto.PolicyStorage ToProto(PolicyStorage storage) => new()
    {
        State = storage.State switch
        {
            PolicyStorageState.Kept => Proto.PolicyStorageState.Kept,
            PolicyStorageState.NotKept => Proto.PolicyStorageState.NotKept,
            PolicyStorageState.Recovered => Proto.PolicyStorageState.Recovered,
            PolicyStorageState.Lost => Proto.PolicyStorageState.Lost,
            _ => Proto.PolicyStorageState.Unspecified,
        },
        Directory = storage.Directory,
        Remark = storage.Remark,
    };

    public static Proto.PolicyAuthor ToProto(PolicyAuthor author) => author.Kind switch
    {
        PolicyAuthorKind.Process => new Proto.PolicyAuthor
        {
            Process = new Proto.PolicyAuthorProcess { Uid = author.UserId, Pid = author.ProcessId, Command = author.Command },
        },
        PolicyAuthorKind.Peer => new Proto.PolicyAuthor { Peer = author.Address, Identity = author.Identity },
        _ => new Proto.PolicyAuthor { Daemon = new Proto.PolicyAuthorDaemon() },
    };

    private static Proto.PolicyRevisionState ToProto(RevisionState state) => state switch
    {
        RevisionState.Pending => Proto.PolicyRevisionState.Pending,
        RevisionState.Holding => Proto.PolicyRevisionState.Holding,
        RevisionState.Superseded => Proto.PolicyRevisionState.Superseded,
        RevisionState.RolledBack => Proto.PolicyRevisionState.RolledBack,
        _ => Proto.PolicyRevisionState.Unspecified,
    };

    private static Proto.PoliciesChangeKind ToProto(PoliciesChangeKind kind) => kind switch
    {
        PoliciesChangeKind.Applied => Proto.PoliciesChangeKind.Applied,
        PoliciesChangeKind.Confirmed => Proto.PoliciesChangeKind.Confirmed,
        PoliciesChangeKind.RolledBack => Proto.PoliciesChangeKind.RolledBack,
        PoliciesChangeKind.Expired => Proto.PoliciesChangeKind.Expired,
        _ => Proto.PoliciesChangeKind.Unspecified,
    };

    private static Timestamp? ToProto(DateTimeOffset? time) => time is { } moment ? Timestamp.FromDateTimeOffset(moment) : null;
}
