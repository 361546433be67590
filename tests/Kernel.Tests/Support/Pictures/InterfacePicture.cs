using Mptcp.Control.V1;
using Mptcp.ControlPlane.Client;
using Mptcp.Lab;

namespace Mptcp.Kernel.Tests.Support.Pictures;

/// <summary>The interfaces of one namespace in a form that can be compared: lifetimes pass, and new addresses come last in a stream.</summary>
static class InterfacePicture
{
    /// <summary>Awaits that a watcher who believes nothing but its stream knows what the kernel lists.</summary>
    public static async Task ShouldBecomeExactAsync(this WatchProbe watch, ControlPlaneClient client, string namespaceName)
    {
        var (known, listed) = ("", "");
        var request = new ListInterfacesRequest { Namespace = namespaceName };
        try
        {
            await LabWait.UntilAsync(
                "the watcher to know the interfaces that the kernel lists",
                async cancellation =>
                {
                    known = Draw(Fold(watch.Messages, namespaceName).Values);
                    listed = Draw((await client.Node.ListInterfacesAsync(request, cancellationToken: cancellation)).Interfaces);
                    return known == listed;
                },
                cancellationToken: TestContext.Current.CancellationToken);
        }
        catch (TimeoutException)
        {
            Assert.Equal(listed, known);
        }
    }

    /// <summary>Draws interfaces, a line for each.</summary>
    public static string Draw(IEnumerable<Interface> interfaces) => string.Join('\n', interfaces.OrderBy(one => one.Index).Select(Draw));

    static string Draw(Interface one)
    {
        var drawn = one.Clone();
        foreach (var address in drawn.Addresses)
            (address.ValidLifetime, address.PreferredLifetime) = (null, null);
        var sorted = drawn.Addresses.OrderBy(address => address.ToString(), StringComparer.Ordinal).ToList();
        drawn.Addresses.Clear();
        drawn.Addresses.Add(sorted);
        return drawn.ToString();
    }

    static Dictionary<int, Interface> Fold(IEnumerable<WatchResponse> messages, string namespaceName)
    {
        var known = new Dictionary<int, Interface>();
        foreach (var message in messages)
        {
            // A snapshot says what there is, without regard to what was told before.
            if (message.Lost is not null)
                known.Clear();
            foreach (var told in message.Events?.Events.Where(told => told.Namespace == namespaceName) ?? [])
                Fold(told, known);
        }

        return known;
    }

    static void Fold(Event told, Dictionary<int, Interface> known)
    {
        switch (told.Type)
        {
            case EventType.InterfaceSnapshot or EventType.InterfaceAdded or EventType.InterfaceChanged:
                known[told.Interface.Index] = told.Interface.Clone();
                break;
            case EventType.InterfaceRemoved:
                Assert.True(known.Remove(told.Interface.Index), $"an unknown interface is gone: {told}");
                break;
            case EventType.LocalAddressAdded:
                known[told.LocalAddress.InterfaceIndex].Addresses.Add(told.LocalAddress.Address);
                break;
            case EventType.LocalAddressChanged:
                Remove(told, known);
                known[told.LocalAddress.InterfaceIndex].Addresses.Add(told.LocalAddress.Address);
                break;
            case EventType.LocalAddressRemoved:
                Remove(told, known);
                break;
        }
    }

    static void Remove(Event told, Dictionary<int, Interface> known)
    {
        var addresses = known[told.LocalAddress.InterfaceIndex].Addresses;
        var one = told.LocalAddress.Address;
        var same = addresses.FirstOrDefault(other =>
            other.Address == one.Address && other.PrefixLength == one.PrefixLength && other.Peer == one.Peer);
        Assert.True(same is not null && addresses.Remove(same), $"an unknown address is told of: {told}");
    }
}
