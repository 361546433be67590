namespace Mptcp.ControlPlane.Server.Tests.Sessions.Deciding;

/// <summary>What can happen in a <see cref="DelegationSchedule"/>.</summary>
internal enum HappeningKind
{
    Begins,
    AddressUp,
    AddressDown,
    PeerAnnounces,
    PeerWithdraws,
    SubflowEnds,
    AttemptsFail,
    AnswersInTime,
    AnswersPartlyWrong,
    AnswersUnasked,
    AnswersLate,
    Defers,
    Commands,
    TimePasses,
    DeadlinePasses,
    ControllerGoes,
    AnotherComes,
    SameComesBack,
    MayBegin,
    ScopeChanges,
    PoliciesChange,

    /// <summary>Nothing more happens, until all is as it is to be.</summary>
    Rests,
}
