using Mptcp.Native.Interop;
using Mptcp.Native.Netlink;
using Mptcp.Native.Tests.ScriptedKernel;
using static Mptcp.Native.Tests.ScriptedKernel.KernelMessages;
using static Mptcp.Native.Tests.ScriptedKernel.ScriptedChannel;

namespace Mptcp.Native.Tests.Netlink;

public class ObserverTests
{
    [Fact]
    public void The_observer_hears_of_every_request_and_how_it_ended()
    {
        var heard = new List<RequestOutcome>();
        var kernel = new KernelScript()
            .ExpectAny(Acknowledge(1))
            .ExpectAny(Refuse(2, 1, "no"))
            .ExpectAny(Answer(3, 7), Acknowledge(3))
            .ExpectAny(Answer(4, 7, Multi | DumpInterrupted), EndList(4))
            .ExpectAny(EndList(5, errno: 12));
        using var channel = new RequestChannel(kernel, heard.Add);

        channel.Execute(Command("announce"));
        Assert.Throws<KernelRefusedException>(() => channel.Execute(Command("remove")));
        channel.Ask(Command("get-limits"), ReadNumber);
        Assert.Throws<KernelRefusedException>(() => channel.Dump(Listing("get-addr"), ReadNumber));

        Assert.Equal(
            [("announce", null), ("remove", Errno.NotPermitted), ("get-limits", null), ("get-addr", null), ("get-addr", new Errno(12))],
            heard.Select(outcome => (outcome.Operation, outcome.Errno)));
        Assert.All(heard, outcome => Assert.True(outcome.Duration >= TimeSpan.Zero));
    }

    [Fact]
    public void The_observer_of_a_path_manager_hears_of_the_search_for_its_family_too()
    {
        var heard = new List<string>();
        KernelScript.WithPathManager()
            .ExpectAny(Acknowledge(2))
            .Run(manager => manager.FlushEndpoints(), outcome => heard.Add(outcome.Operation));
        Assert.Equal(["family-get", "flush-addrs"], heard);
    }
}
