using Mptcp.ControlPlane.Server.Kernel.Namespaces;

namespace Mptcp.ControlPlane.Server.Tests.Kernel;

public class NamespaceSelectionTests
{
    [Fact]
    public void Nothing_configured_means_the_daemons_own()
    {
        var selection = new NamespaceSelection([]);

        Assert.Equal(("self", false), (selection.Default, selection.IsOpen));
        Assert.Equal(["self"], selection.Fixed);
        Assert.False(selection.Includes("blue"));
    }

    [Fact]
    public void Names_are_awaited_and_paths_are_not()
    {
        var selection = new NamespaceSelection(["blue", "/proc/42/ns/net", "self"]);

        Assert.Equal("blue", selection.Default);
        Assert.Equal(["/proc/42/ns/net", "self"], selection.Fixed);
        Assert.Equal(["blue"], selection.Awaited);
        Assert.True(selection.Includes("blue"));
        Assert.False(selection.Includes("green"));
    }

    [Theory]
    [InlineData("*", "blue", true)]
    [InlineData("edge-*", "edge-1", true)]
    [InlineData("edge-*", "core-1", false)]
    [InlineData("edge-*", "Edge-1", false)]
    [InlineData("edge-?", "edge-12", false)]
    public void A_pattern_includes_what_it_matches(string pattern, string name, bool included)
    {
        var selection = new NamespaceSelection([pattern]);

        Assert.Equal(included, selection.Includes(name));
        Assert.Null(selection.Default);
        Assert.Empty(selection.Awaited);
    }

    [Fact]
    public void The_order_is_that_of_the_entries()
    {
        var selection = new NamespaceSelection(["self", "zebra", "*"]);

        Assert.Equal((0, 1, 2), (selection.OrderOf("self"), selection.OrderOf("zebra"), selection.OrderOf("ant")));
    }

    [Fact]
    public void A_namespace_that_is_called_self_is_not_the_daemons_own_and_is_not_served()
        => Assert.False(new NamespaceSelection(["self", "*"]).Includes("self"));
}
