using System.Net;
using Mptcp.ControlPlane.Server.Policies.Model;
using Mptcp.ControlPlane.Server.Sessions.Deciding;
using Mptcp.ControlPlane.Server.Sessions.Orders;
using Mptcp.ControlPlane.Server.Tests.Policies.Enforcement;
using Mptcp.Native.Interop;
using Mptcp.Native.PathManagement;

namespace Mptcp.ControlPlane.Server.Tests.Sessions.Deciding;

/// <summary>
/// A controller that tries more paths than are remembered. What is, shows in what the fallback tries: not again what has been given up.
/// </summary>
public sealed class ManyPathsTests
{
    // More than are remembered of a connection.
    private const int Many = 600;

    private readonly DelegatedHosts _hosts = new(count: 1, PathStrategy.FullMesh);
    private readonly ScriptedController _controller = new(1);
    private readonly HashSet<IPEndPoint> _failing = [DelegatedHosts.Remote];

    public ManyPathsTests()
    {
        Host.Apply(_hosts.Policy with { Retry = new RetryRule { Attempts = 1 } });
        Host.Kernel.Outcome = key => key.Local.ToString() == DelegatedHosts.B && _failing.Contains(key.Remote) ? new Errno(111) : null;
        _hosts.Seats(_controller);
        Host.Kernel.Connect();
        _hosts.Settle();
        AnswerAll();
    }

    private KeptHost Host => _hosts.Host;

    [Fact]
    public void Ending_what_is_not_there_leaves_nothing_that_others_are_forgotten_for()
    {
        Try(DelegatedHosts.Remote);
        for (var port = 1; port <= Many; port++)
            Assert.NotNull(End(IPEndPoint.Parse($"{DelegatedHosts.B}:{port}"), RemoteAt(port)).Failure);
        Assert.True(IsGivenUp());
    }

    [Fact]
    public void Paths_that_were_ended_are_forgotten_before_one_that_failed_since()
    {
        for (var port = 1; port <= Many; port++)
        {
            Try(RemoteAt(port));
            Assert.Null(End(Host.Connection.Subflows[^1].Local, RemoteAt(port)).Failure);
        }

        Assert.Single(Host.Connection.Subflows);
        Try(DelegatedHosts.Remote);
        _failing.Add(RemoteAt(Many + 1));
        Try(RemoteAt(Many + 1));
        Assert.True(IsGivenUp());
    }

    private static IPEndPoint RemoteAt(int port) => new(DelegatedHosts.Second.Address, port);

    private void Try(IPEndPoint remote)
    {
        Assert.Null(_hosts.Command(_controller, Host, DelegatedHosts.Create(DelegatedHosts.B, remote)).Failure);
        AnswerAll();
    }

    private OrderOutcome End(IPEndPoint local, IPEndPoint remote)
        => _hosts.Command(_controller, Host, new PathOrder.Destroy(new SubflowAddresses(local, remote)));

    // Of what fails it is asked, and wants nothing else.
    private void AnswerAll()
    {
        while (_controller.Open.Count > 0)
            _hosts.Answer(_controller, _controller.Open[0].Id, new DecisionAnswer([], DeferTo: null));
    }

    // Whether the fallback does not try the path over B, on which nothing fails any more.
    private bool IsGivenUp()
    {
        _failing.Clear();
        _hosts.Sit(null);
        _hosts.Settle();
        _hosts.Pass(DelegatedHosts.Deadline);
        Assert.Contains(DelegatedHosts.PathOf(DelegatedHosts.C, DelegatedHosts.Remote), Host.Joined());
        return !Host.Joined().Contains(DelegatedHosts.PathOf(DelegatedHosts.B, DelegatedHosts.Remote));
    }
}
