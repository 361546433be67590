using Google.Protobuf.WellKnownTypes;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Cli.Tests.Support;
using Mptcp.ControlPlane.Testing;

namespace Mptcp.ControlPlane.Cli.Tests.Commands;

public sealed class NodeNetworkTests
{
    static readonly ListInterfacesResponse Interfaces = new()
    {
        Interfaces =
        {
            new Interface
            {
                Index = 1,
                Name = "lo",
                HardwareType = 772,
                Mtu = 65536,
                Up = true,
                Carrier = true,
                OperationalState = OperationalState.Unknown,
                Loopback = true,
                Addresses =
                {
                    new InterfaceAddress
                    {
                        Address = "127.0.0.1",
                        PrefixLength = 8,
                        Scope = AddressScope.Host,
                        Usability = AddressUsability.Usable,
                        Flags = { AddressFlag.Permanent },
                    },
                },
            },
            new Interface
            {
                Index = 2,
                Name = "eth0",
                Mtu = 1500,
                Up = true,
                Carrier = true,
                OperationalState = OperationalState.Up,
                Addresses =
                {
                    new InterfaceAddress
                    {
                        Address = "198.18.1.9",
                        PrefixLength = 32,
                        Peer = "198.18.1.10",
                        Scope = AddressScope.Global,
                        Usability = AddressUsability.Usable,
                        Flags = { AddressFlag.Secondary, AddressFlag.Permanent },
                    },
                    new InterfaceAddress
                    {
                        Address = "2001:db8::1",
                        PrefixLength = 64,
                        Scope = AddressScope.Global,
                        Usability = AddressUsability.Usable,
                        Flags = { AddressFlag.Temporary },
                        PreferredLifetime = Duration.FromTimeSpan(TimeSpan.FromSeconds(600)),
                        ValidLifetime = Duration.FromTimeSpan(TimeSpan.FromSeconds(1000)),
                    },
                    new InterfaceAddress
                    {
                        Address = "2001:db8::2",
                        PrefixLength = 64,
                        Scope = AddressScope.Global,
                        Usability = AddressUsability.Deprecated,
                        Flags = { AddressFlag.Deprecated },
                        PreferredLifetime = new Duration(),
                        ValidLifetime = Duration.FromTimeSpan(TimeSpan.FromSeconds(1000)),
                    },
                    new InterfaceAddress
                    {
                        Address = "fe80::1",
                        PrefixLength = 64,
                        Scope = AddressScope.Link,
                        Usability = AddressUsability.DuplicateDetected,
                        Flags = { AddressFlag.DuplicateDetected, AddressFlag.Tentative, AddressFlag.Permanent },
                    },
                },
            },
            new Interface { Index = 3, Name = "eth1", Mtu = 1500, Up = true, Carrier = false, OperationalState = OperationalState.Down },
            new Interface { Index = 4, Name = "eth2", Mtu = 1500, Carrier = false, OperationalState = OperationalState.Down },
        },
    };

    [Fact]
    public async Task Namespaces_are_listed_with_those_that_are_served()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Answer((ListNamespacesRequest _) => new ListNamespacesResponse
        {
            Namespaces =
            {
                new Namespace { Name = "self", Served = true, Default = true, Own = true, Inode = 4026531840 },
                new Namespace { Name = "blue", Served = true, Inode = 4026532201 },
                new Namespace { Name = "host", Own = true, Inode = 4026531840 },
            },
        });

        var run = (await Mptcpctl.RunAsync(daemon, "node namespaces --namespace blue")).Succeeded();

        Assert.Equal(
            """
            NAME  SERVED  INODE       TRAITS
            self  yes     4026531840  default,own
            blue  yes     4026532201  -
            host  no      4026531840  own

            """,
            run.Out);
        daemon.Received<ListNamespacesRequest>();
    }

    [Fact]
    public async Task Interfaces_are_listed_with_their_addresses_and_what_makes_them_unusable()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Answer((ListInterfacesRequest _) => Interfaces);

        var run = (await Mptcpctl.RunAsync(daemon, "node interfaces --namespace blue")).Succeeded();

        Assert.Equal("blue", daemon.Received<ListInterfacesRequest>().Namespace);
        Assert.Equal(
            """
            INTERFACE  INDEX  STATE       MTU    ADDRESS         USABILITY           TRAITS
            lo         1      unknown     65536  127.0.0.1/8     usable              host
            eth0       2      up          1500   198.18.1.9/32   usable              peer=198.18.1.10,secondary
            eth0       2      up          1500   2001:db8::1/64  usable              temporary,preferred=600s,valid=1000s
            eth0       2      up          1500   2001:db8::2/64  deprecated          valid=1000s
            eth0       2      up          1500   fe80::1/64      duplicate-detected  link
            eth1       3      no-carrier  1500   -               -                   -
            eth2       4      off         1500   -               -                   -

            """,
            run.Out);
    }

    [Fact]
    public async Task Interfaces_as_json_are_the_daemons_answer()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Answer((ListInterfacesRequest _) => Interfaces);

        var run = (await Mptcpctl.RunAsync(daemon, "node interfaces -o json")).Succeeded();

        Assert.Equal(Interfaces, ListInterfacesResponse.Parser.ParseJson(run.Out));
        Assert.Contains("\"usability\": \"ADDRESS_USABILITY_DEPRECATED\"", run.Out, StringComparison.Ordinal);
    }
}
