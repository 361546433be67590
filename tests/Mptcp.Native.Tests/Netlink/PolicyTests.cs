using Mptcp.Native.Netlink;
using Mptcp.Native.PathManagement;
using Mptcp.Native.Tests.Netlink.Bytes;
using Mptcp.Native.Tests.ScriptedKernel;
using static Mptcp.Native.Tests.ScriptedKernel.KernelMessages;

namespace Mptcp.Native.Tests.Netlink;

public class PolicyTests
{
    [Fact]
    public void What_commands_take_is_put_together_from_the_messages_of_a_listing()
    {
        var (version, commands) = KernelScript.WithPathManager()
            .Expect(PolicyBytes.Get, PolicyBytes.Commands, PolicyBytes.Attributes, AcknowledgementBytes.EndOfAList)
            .Run(manager => manager.DescribeFamily());

        Assert.Equal(1u, version);
        Assert.Equal(11, commands.Count);
        Assert.Equal(["addr"], Command(commands, "add-addr").Attributes);
        Assert.Equal(["addr", "token"], Command(commands, "get-addr").Attributes);
        Assert.Equal(["token", "loc-id"], Command(commands, "remove").Attributes);
        Assert.Empty(Command(commands, "announce").Attributes);
    }

    [Fact]
    public void What_commands_are_is_known_from_the_family()
    {
        var (_, commands) = KernelScript.WithPathManager()
            .ExpectAny(AcknowledgementBytes.EndOfAList)
            .Run(manager => manager.DescribeFamily());

        Assert.Equal(
            [
                "add-addr", "del-addr", "get-addr", "flush-addrs", "set-limits", "get-limits", "set-flags",
                "announce", "remove", "subflow-create", "subflow-destroy",
            ],
            commands.Select(command => command.Name));
        Assert.True(Command(commands, "get-addr").CanDump);
        Assert.False(Command(commands, "get-addr").RequiresAdmin);
        Assert.True(Command(commands, "announce").RequiresAdmin);
        Assert.False(Command(commands, "announce").CanDump);
    }

    [Fact]
    public void A_kernel_that_cannot_tell_what_commands_take_still_tells_which_there_are()
    {
        var (_, commands) = KernelScript.WithPathManager()
            .Expect(PolicyBytes.Get, PolicyBytes.Unknown)
            .Run(manager => manager.DescribeFamily());

        Assert.Equal(11, commands.Count);
        Assert.All(commands, command => Assert.Empty(command.Attributes));
    }

    [Fact]
    public void A_kernel_that_tells_attributes_of_no_command_in_particular_tells_nothing_of_use()
    {
        // 5.7 to 5.9 describe a family as a whole.
        var (_, commands) = KernelScript.WithPathManager()
            .ExpectAny(PolicyBytes.Attributes, AcknowledgementBytes.EndOfAList)
            .Run(manager => manager.DescribeFamily());
        Assert.All(commands, command => Assert.Empty(command.Attributes));
    }

    [Fact]
    public void A_listing_that_is_refused_for_another_reason_is_refused()
        => Assert.Throws<KernelRefusedException>(() => KernelScript.WithPathManager()
            .ExpectAny(Refuse(2, 1))
            .Run(manager => manager.DescribeFamily()));

    [Fact]
    public void A_command_that_acts_and_lists_takes_what_it_takes_to_act()
    {
        var (_, commands) = KernelScript.WithPathManager()
            .ExpectAny(
                Policy(Nest(9, Nest(3, Attribute(2, Number(5u)), Attribute(1, Number(4u))))),
                Policy(Nest(9, Nest(7, Attribute(1, Number(4u)), Attribute(2, Number(5u))))),
                Policy(Nest(9, Nest(6, Attribute(2, Number(5u))))),
                Policy(Nest(8, Nest(4, Nest(4)))),
                Policy(Nest(8, Nest(5, Nest(1), Nest(99)))),
                AcknowledgementBytes.EndOfAList)
            .Run(manager => manager.DescribeFamily());
        Assert.Equal(["token"], Command(commands, "get-addr").Attributes);
        Assert.Equal(["token"], Command(commands, "set-flags").Attributes);
        Assert.Equal(["addr", "99"], Command(commands, "get-limits").Attributes);
    }

    private static byte[] Policy(byte[] attribute) => Message(16, Multi, 2, GenericHeader(10, version: 2), attribute);

    private static KernelCommand Command(IReadOnlyList<KernelCommand> commands, string name)
        => commands.Single(command => command.Name == name);
}
