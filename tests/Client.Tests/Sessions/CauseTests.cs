using System.Net;
using Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Client.Tests.Sessions;

public sealed class CauseTests
{
    static readonly PathCommand Announce = PathActions.AnnounceAddress(IPEndPoint.Parse("192.0.2.1:0"));
    static readonly PathCommand Withdraw = PathActions.WithdrawAddress(3);

    [Fact]
    public async Task Every_cause_has_a_method_of_its_own()
    {
        await using var client = new ControlPlaneClient(ControlPlaneAddress.Default);
        var controller = new Recorder(client);
        var causes = Enum.GetValues<DecisionCause>().Where(cause => cause != DecisionCause.Unspecified).ToList();

        foreach (var cause in causes)
            await controller.AnswerAsync(new DecisionContext(Stage.Request(1, cause)), CancellationToken.None);

        Assert.Equal(causes, controller.Called);
    }

    [Fact]
    public async Task Of_several_causes_each_is_decided_about_once_and_all_commands_are_done()
    {
        await using var client = new ControlPlaneClient(ControlPlaneAddress.Default);
        var controller = new Partial(client);
        var request = Stage.Request(
            1,
            DecisionCause.AddressAnnounced,
            DecisionCause.SubflowClosed,
            DecisionCause.AddressAnnounced,
            DecisionCause.SubflowFailed);

        var decision = await controller.AnswerAsync(new DecisionContext(request), CancellationToken.None);

        Assert.Equal([Announce, Withdraw], decision.Actions);
        Assert.Equal(1, controller.GeneralCalls);
    }

    [Fact]
    public async Task A_cause_that_a_later_daemon_has_goes_to_the_general_method()
    {
        await using var client = new ControlPlaneClient(ControlPlaneAddress.Default);
        var controller = new Partial(client);

        var decision = await controller.AnswerAsync(new DecisionContext(Stage.Request(1, (DecisionCause)99)), CancellationToken.None);

        Assert.Equal([Withdraw], decision.Actions);
    }

    [Fact]
    public void Who_defers_leaves_nothing_to_command()
    {
        var commands = PathDecision.Commands(Announce);
        var deferred = PathDecision.Defer(PathStrategy.None);

        Assert.Equal(PathStrategy.None, commands.And(deferred).DeferredTo);
        Assert.Equal(PathStrategy.None, deferred.And(commands).DeferredTo);
    }

    sealed class Partial(ControlPlaneClient client) : PathController(client, new PathControllerOptions { Role = "edge" })
    {
        public int GeneralCalls { get; private set; }

        protected override ValueTask<PathDecision> DecideAsync(DecisionContext context, CancellationToken cancellationToken)
        {
            GeneralCalls++;
            return ValueTask.FromResult(PathDecision.Commands(Withdraw));
        }

        protected override async ValueTask<PathDecision> OnAddressAnnouncedAsync(DecisionContext context, CancellationToken cancellationToken)
        {
            await Task.Yield();
            return PathDecision.Commands(Announce, Withdraw);
        }
    }

    sealed class Recorder(ControlPlaneClient client) : PathController(client, new PathControllerOptions { Role = "edge" })
    {
        public List<DecisionCause> Called { get; } = [];

        protected override ValueTask<PathDecision> OnEstablishedAsync(DecisionContext context, CancellationToken cancellationToken) =>
            Record(DecisionCause.Established);

        protected override ValueTask<PathDecision> OnHandedOverAsync(DecisionContext context, CancellationToken cancellationToken) =>
            Record(DecisionCause.HandedOver);

        protected override ValueTask<PathDecision> OnAddressAnnouncedAsync(DecisionContext context, CancellationToken cancellationToken) =>
            Record(DecisionCause.AddressAnnounced);

        protected override ValueTask<PathDecision> OnAddressRemovedAsync(DecisionContext context, CancellationToken cancellationToken) =>
            Record(DecisionCause.AddressRemoved);

        protected override ValueTask<PathDecision> OnSubflowClosedAsync(DecisionContext context, CancellationToken cancellationToken) =>
            Record(DecisionCause.SubflowClosed);

        protected override ValueTask<PathDecision> OnSubflowFailedAsync(DecisionContext context, CancellationToken cancellationToken) =>
            Record(DecisionCause.SubflowFailed);

        protected override ValueTask<PathDecision> OnSubflowAppearedAsync(DecisionContext context, CancellationToken cancellationToken) =>
            Record(DecisionCause.SubflowAppeared);

        protected override ValueTask<PathDecision> OnLocalAddressUpAsync(DecisionContext context, CancellationToken cancellationToken) =>
            Record(DecisionCause.LocalAddressUp);

        protected override ValueTask<PathDecision> OnLocalAddressDownAsync(DecisionContext context, CancellationToken cancellationToken) =>
            Record(DecisionCause.LocalAddressDown);

        ValueTask<PathDecision> Record(DecisionCause cause)
        {
            Called.Add(cause);
            return ValueTask.FromResult(PathDecision.Nothing);
        }
    }
}
