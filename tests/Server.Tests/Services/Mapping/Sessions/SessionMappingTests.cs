using Google.Protobuf.WellKnownTypes;
using Mptcp.ControlPlane.Server.Policies.Revisions;
using Mptcp.ControlPlane.Server.Services.Mapping;
using Mptcp.ControlPlane.Server.Services.Mapping.Sessions;
using Mptcp.ControlPlane.Server.Sessions;
using Mptcp.ControlPlane.Server.State.Events;
using Proto = Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Server.Tests.Services.Mapping.Sessions;

/// <summary>What watchers are told of the sessions of controllers.</summary>
public sealed class SessionMappingTests
{
    private static readonly DateTimeOffset Opened = new(2030, 1, 1, 0, 0, 30, TimeSpan.Zero);

    private static readonly SessionIdentity Edge = new(
        Id: 7,
        Role: "te",
        ElectionId: ulong.MaxValue,
        Name: "edge",
        Caller: new PolicyAuthor(PolicyAuthorKind.Process) { UserId = 1000, ProcessId = 42, Command = "te-ctl" },
        OpenedAt: Opened);

    private static Proto.Session Told => new()
    {
        Id = 7,
        Role = "te",
        ElectionId = ulong.MaxValue,
        Name = "edge",
        Caller = new Proto.PolicyAuthor { Process = new Proto.PolicyAuthorProcess { Uid = 1000, Pid = 42, Command = "te-ctl" } },
        OpenTime = Timestamp.FromDateTimeOffset(Opened),
    };

    [Fact]
    public void A_session_is_told_whole_and_without_figures()
    {
        Assert.Equal(Told, SessionMapping.ToProto(Edge, primary: false));
        Assert.Equal(new Proto.Session(Told) { Primary = true }, SessionMapping.ToProto(Edge, primary: true));
    }

    [Fact]
    public void Each_kind_of_change_has_the_name_that_the_contract_gives_it()
    {
        foreach (var kind in System.Enum.GetValues<SessionChangeKind>())
            Assert.Equal(kind.ToString(), SessionMapping.ToProto(new SessionChange(kind, Edge)).Kind.ToString());

        var named = System.Enum.GetValues<Proto.SessionChangeKind>().Where(kind => kind != Proto.SessionChangeKind.Unspecified);
        Assert.Equal(named.Count(), System.Enum.GetValues<SessionChangeKind>().Length);
    }

    [Fact]
    public void A_change_that_nobody_forced_names_no_error_and_nobody()
        => Assert.Equal(
            new Proto.SessionChange { Kind = Proto.SessionChangeKind.Primary, Session = new Proto.Session(Told) { Primary = true } },
            SessionMapping.ToProto(new SessionChange(SessionChangeKind.Primary, Edge) { Primary = true }));

    [Fact]
    public void A_session_that_the_daemon_ended_says_why()
        => Assert.Equal(
            new Proto.SessionChange
            {
                Kind = Proto.SessionChangeKind.Closed,
                Session = Told,
                Error = new Proto.CommandError { Code = 10, Reason = "ROLE_REMOVED", Message = "the policies have it no longer" },
            },
            SessionMapping.ToProto(new SessionChange(SessionChangeKind.Closed, Edge)
            {
                Error = new SessionError(SessionRefusal.RoleRemoved, "the policies have it no longer"),
            }));

    [Fact]
    public void An_override_says_who_it_was_beside_whom_it_was_done_to()
        => Assert.Equal(
            new Proto.SessionChange
            {
                Kind = Proto.SessionChangeKind.Overridden,
                Session = new Proto.Session(Told) { Primary = true },
                OverriddenBy = new Proto.PolicyAuthor { Peer = "127.0.0.1:5000" },
            },
            SessionMapping.ToProto(new SessionChange(SessionChangeKind.Overridden, Edge)
            {
                Primary = true,
                OverriddenBy = new PolicyAuthor(PolicyAuthorKind.Peer) { Address = "127.0.0.1:5000" },
            }));

    [Fact]
    public void An_event_of_a_session_is_about_nothing_else()
    {
        var told = new StateEvent(StateEventType.SessionChanged, "", Opened)
        {
            Sequence = 5,
            Origin = StateEventOrigin.Derived,
            Session = new SessionChange(SessionChangeKind.Opened, Edge),
        };

        Assert.Equal(
            new Proto.Event
            {
                Sequence = 5,
                Time = Timestamp.FromDateTimeOffset(Opened),
                Type = Proto.EventType.SessionChanged,
                Origin = Proto.EventOrigin.Derived,
                Session = new Proto.SessionChange { Kind = Proto.SessionChangeKind.Opened, Session = Told },
            },
            EventMapping.ToProto(told));
    }
}
