using Grpc.Core;
using Mptcp.ControlPlane.Server.Security.Calls;
using Mptcp.ControlPlane.Server.Security.Identity;
using Mptcp.ControlPlane.Server.Security.Permissions;

namespace Mptcp.ControlPlane.Server.Tests.Services.Calls;

/// <summary>A call that nobody made, as an administrator would.</summary>
internal sealed class FakeCall : ServerCallContext
{
    private readonly DateTime _deadline;
    private readonly CancellationToken _cancelled;

    public FakeCall(DateTime deadline, CancellationToken cancelled)
    {
        _deadline = deadline;
        _cancelled = cancelled;
        var everything = new Grants([new AccessBinding(AccessRole.Administrator, [])], _ => null);
        new CallAccess(new LocalCaller(UserId: 0, Groups: [0], ProcessId: 1, Command: "test"), everything, Permission.None).KeepWith(this);
    }

    protected override string MethodCore => "/mptcp.control.v1.NodeService/GetInfo";

    protected override string HostCore => "localhost";

    protected override string PeerCore => "unix:";

    protected override DateTime DeadlineCore => _deadline;

    protected override Metadata RequestHeadersCore { get; } = [];

    protected override CancellationToken CancellationTokenCore => _cancelled;

    protected override Metadata ResponseTrailersCore { get; } = [];

    protected override Status StatusCore { get; set; }

    protected override WriteOptions? WriteOptionsCore { get; set; }

    protected override AuthContext AuthContextCore { get; } = new(null, []);

    protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options)
        => throw new NotSupportedException();

    protected override Task WriteResponseHeadersAsyncCore(Metadata responseHeaders) => Task.CompletedTask;
}
