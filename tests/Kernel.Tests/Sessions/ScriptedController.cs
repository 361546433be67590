using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Client;
using Mptcp.Lab;

namespace Mptcp.Kernel.Tests.Sessions;

/// <summary>A controller that says what a test has it say, message by message.</summary>
sealed class ScriptedController : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    readonly AsyncDuplexStreamingCall<ControlRequest, ControlResponse> _call;

    ScriptedController(AsyncDuplexStreamingCall<ControlRequest, ControlResponse> call) => _call = call;

    public required ControlWelcome Welcome { get; init; }

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<ScriptedController> OpenAsync(ControlPlaneClient client, ulong electionId, string role = "edge", string name = "scripted")
    {
        var call = client.Sessions.Control(cancellationToken: Cancellation);
        try
        {
            await call.RequestStream.WriteAsync(
                new ControlRequest { Bid = new ControlBid { Role = role, ElectionId = electionId, Name = name } }, Cancellation);
            if (!await call.ResponseStream.MoveNext(Cancellation))
                throw new InvalidOperationException("the session ended before it began");
            return new ScriptedController(call) { Welcome = call.ResponseStream.Current.Welcome };
        }
        catch
        {
            call.Dispose();
            throw;
        }
    }

    public Task SayAsync(ControlRequest request) => _call.RequestStream.WriteAsync(request, Cancellation);

    /// <summary>Reads up to a message of a kind that is as wanted; those before are gone.</summary>
    public async Task<ControlResponse> HearAsync(ControlResponse.MessageOneofCase kind, Func<ControlResponse, bool>? condition = null)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        patience.CancelAfter(Patience);
        try
        {
            while (await _call.ResponseStream.MoveNext(patience.Token))
            {
                var said = _call.ResponseStream.Current;
                if (said.MessageCase == kind && condition?.Invoke(said) != false)
                    return said;
            }
        }
        catch (Exception e) when (patience.IsCancellationRequested && !Cancellation.IsCancellationRequested)
        {
            throw new TimeoutException($"no {kind} came within {Patience}", e);
        }

        throw new InvalidOperationException($"the session ended before a {kind} came");
    }

    /// <summary>Reads up to the next question about a connection.</summary>
    public async Task<DecisionRequest> AskedAsync(uint token, DecisionCause? cause = null) =>
        (await HearAsync(
            ControlResponse.MessageOneofCase.DecisionRequest,
            said => said.DecisionRequest.Connection.Token == token
                && (cause is null || said.DecisionRequest.Reasons.Any(reason => reason.Cause == cause)))).DecisionRequest;

    /// <summary>Answers a question, and reads what came of it.</summary>
    public async Task<DecisionResult> AnswerAsync(DecisionRequest question, params PathCommand[] commands)
    {
        await SayAsync(new ControlRequest
        {
            Decision = new Decision { DecisionId = question.DecisionId, Commands = new PathCommands { Commands = { commands } } },
        });
        return (await HearAsync(
            ControlResponse.MessageOneofCase.DecisionResult, said => said.DecisionResult.DecisionId == question.DecisionId)).DecisionResult;
    }

    /// <summary>Commands something, and reads what came of it.</summary>
    public async Task<ControlCommandResult> CommandAsync(ControlCommand command)
    {
        await SayAsync(new ControlRequest { Command = command });
        return (await HearAsync(
            ControlResponse.MessageOneofCase.CommandResult, said => said.CommandResult.CorrelationId == command.CorrelationId)).CommandResult;
    }

    /// <summary>Ends its side, and reads to the end.</summary>
    public async Task EndAsync()
    {
        await _call.RequestStream.CompleteAsync();
        while (await _call.ResponseStream.MoveNext(Cancellation))
        {
            // What was asked last is left unanswered.
        }
    }

    public void Dispose() => _call.Dispose();

    /// <summary>A subflow from a path of the lab's client to where the connection leads.</summary>
    public static PathCommand Create(NetworkLab lab, DecisionRequest question, int path) => Create(lab, question.Connection, path);

    public static PathCommand Create(NetworkLab lab, Connection connection, int path) => new()
    {
        CreateSubflow = new CreateSubflowCommand
        {
            Local = new SocketAddress { Address = lab.Client.GetPath(path).IPv4.ToString() },
            Remote = connection.Remote,
        },
    };
}
