using Mptcp.Control.V1;
using Mptcp.Kernel.Tests.Policies;
using Mptcp.Kernel.Tests.Sessions;
using Mptcp.Kernel.Tests.Support;
using Mptcp.Lab;
using Mptcp.Native.Diagnostics;
using Mptcp.Native.Namespaces;

namespace Mptcp.Kernel.Tests.Congestion;

/// <summary>Subflows that controllers tune.</summary>
public class TuningControllerTests
{
    const string Policy =
        "match: {side: client}, families: ipv4, strategy: delegate, interfaces: {allow: [path1, path2]}, "
        + "delegate: {role: edge, deadline: 5s, fallback: fullmesh}";

    [HostRootFact]
    public async Task A_decision_tunes_a_subflow_and_what_came_of_each_command_is_told_in_order()
    {
        await using var room = await PolicyLab.CreateAsync(paths: 2, TunedLab.Setting);
        await room.ApplyAsync(Policy);
        using var controller = await ScriptedController.OpenAsync(room.Daemon.Client, electionId: 1);
        var pair = await room.ConnectAsync();
        var question = await controller.AskedAsync(pair.Client.Token);
        var initial = Assert.Single(question.Connection.Subflows);
        using var diagnostics = Open(room.Lab.Client);
        var wanted = SubflowTunerTests.Other(Find(diagnostics, initial).CongestionControl);

        var result = await controller.AnswerAsync(
            question,
            Tune(initial, tune => (tune.CongestionControl, tune.PacingRate) = ("no-such", 5_000)),
            Tune(initial, tune => (tune.CongestionControl, tune.CongestionWindowClamp, tune.PacingRate) = (wanted, 12, 125_000)),
            Tune(new Subflow { Local = initial.Local, Remote = new SocketAddress { Address = "198.18.9.9", Port = 9 } }, tune => tune.PacingRate = 5_000),
            ScriptedController.Create(room.Lab, question, path: 2));

        Assert.Null(result.Error);
        Assert.Equal(["CONGESTION_CONTROL_UNKNOWN", null, "SUBFLOW_NOT_FOUND", null], result.Results.Select(one => one.Error?.Reason));
        Assert.Equal("congestion_control", result.Results[0].Error.Metadata["refused"]);
        Assert.Equal(initial.Id, result.Results[1].Subflow.Id);
        var tuned = Find(diagnostics, initial);
        Assert.Equal((wanted, 12u, 125_000ul), (tuned.CongestionControl, tuned.Info!.SlowStartThreshold, tuned.Info.MaximumPacingRate));
        await room.ShouldHaveAsync(pair, "1>1", "2>1");
    }

    [HostRootFact]
    public async Task Pipelined_commands_are_answered_in_order_and_a_repeated_one_is_done_once()
    {
        await using var room = await PolicyLab.CreateAsync(paths: 2, TunedLab.Setting);
        await room.ApplyAsync(Policy);
        using var controller = await ScriptedController.OpenAsync(room.Daemon.Client, electionId: 1);
        var pair = await room.ConnectAsync();
        var question = await controller.AskedAsync(pair.Client.Token);
        await controller.AnswerAsync(question);
        var initial = question.Connection.Subflows[0];
        PathCommand[] commands =
        [
            Tune(initial, tune => tune.PacingRate = 1_000),
            new PathCommand { SetBackup = new SetBackupCommand { Local = initial.Local, Remote = initial.Remote, Backup = true } },
            Tune(initial, tune => tune.CongestionControl = "no-such"),
            new PathCommand(),
            Tune(initial, tune => tune.PacingRate = 2_000),
        ];

        foreach (var (index, command) in commands.Index())
            await controller.SayAsync(Command((ulong)index + 1, command, $"request {index}"));
        await controller.SayAsync(Command(6, commands[0], "request 0"));
        var heard = new List<ControlCommandResult>();
        for (var i = 0; i < 6; i++)
            heard.Add((await controller.HearAsync(ControlResponse.MessageOneofCase.CommandResult)).CommandResult);

        Assert.Equal([1ul, 2, 3, 4, 5, 6], heard.Select(one => one.CorrelationId));
        Assert.Equal([null, null, "CONGESTION_CONTROL_UNKNOWN", "INVALID_REQUEST", null, null], heard.Select(one => one.Result.Error?.Reason));
        Assert.Equal([false, false, false, false, false, true], heard.Select(one => one.Replayed));
        var unary = await ServedLab.RefusalOfAsync(room.Connections.TuneSubflowAsync(new TuneSubflowRequest
        {
            Namespace = ServedLab.ClientName,
            Token = pair.Client.Token,
            Local = initial.Local,
            Remote = initial.Remote,
            PacingRate = 3_000,
        }));
        Assert.Equal(ErrorReason.ScopeHeld, unary.Reason);
        using var diagnostics = Open(room.Lab.Client);
        Assert.Equal(2_000ul, Find(diagnostics, initial).Info!.MaximumPacingRate);

        ControlRequest Command(ulong id, PathCommand command, string request) => new()
        {
            Command = new ControlCommand
            {
                CorrelationId = id,
                RequestId = request,
                Namespace = ServedLab.ClientName,
                Token = pair.Client.Token,
                Command = command,
            },
        };
    }

    static PathCommand Tune(Subflow subflow, Action<TuneSubflowCommand> fill)
    {
        var tune = new TuneSubflowCommand { Local = subflow.Local, Remote = subflow.Remote };
        fill(tune);
        return new PathCommand { TuneSubflow = tune };
    }

    static SocketDiagnostics Open(LabHost host) => SocketDiagnostics.Open(NetworkNamespace.Find(host.NamespacePath));

    static TcpSocket Find(SocketDiagnostics diagnostics, Subflow subflow) => diagnostics
        .ListTcpSockets(new SocketQuery { Extensions = SocketExtensions.All })
        .Single(socket => socket.Cookie == subflow.Id);
}
