using Google.Protobuf.WellKnownTypes;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Cli.Tests.Support;
using Mptcp.ControlPlane.Testing;

namespace Mptcp.ControlPlane.Cli.Tests.Commands;

public sealed class WatchInterfacesTests
{
    static readonly Timestamp Noon = Timestamp.FromDateTime(new DateTime(2026, 1, 2, 12, 0, 0, 7, DateTimeKind.Utc));

    static readonly Event[] Told =
    [
        InterfaceEvent(EventType.InterfaceSnapshot, true, AddressUsability.Usable, AddressUsability.Tentative, AddressUsability.Usable),
        InterfaceEvent(
            EventType.InterfaceChanged, false, AddressUsability.LinkDown, AddressUsability.LinkDown, AddressUsability.LinkDown),
        About(EventType.InterfaceChanged, new Event { Interface = new Interface { Name = "path1", Up = true, Carrier = false } }),
        About(EventType.LocalAddressAdded, new Event
        {
            LocalAddress = new LocalAddress
            {
                InterfaceName = "path1",
                Address = new InterfaceAddress
                {
                    Address = "2001:db8::3",
                    PrefixLength = 64,
                    Scope = AddressScope.Link,
                    Usability = AddressUsability.Tentative,
                    ValidLifetime = new Duration { Seconds = 60 },
                },
            },
        }),
        About(EventType.LocalAddressRemoved, new Event
        {
            Origin = EventOrigin.Reconciled,
            Cause = EventCause.KernelLoss,
            LocalAddress = new LocalAddress
            {
                InterfaceName = "path1",
                Address = new InterfaceAddress
                {
                    Address = "198.18.1.1",
                    PrefixLength = 24,
                    Scope = AddressScope.Global,
                    Usability = AddressUsability.Usable,
                },
            },
        }),
        About(EventType.InterfaceRemoved, new Event
        {
            Interface = new Interface { Name = "evil\e[2J", Up = true, Carrier = true, OperationalState = OperationalState.Up },
        }),
    ];

    [Fact]
    public async Task Interfaces_and_addresses_are_told_in_the_words_of_their_list()
    {
        await using var daemon = await FakeDaemon.StartAsync();
        daemon.Watch((_, responses, _) => responses.WriteAsync(new WatchResponse { Events = new EventBatch { Events = { Told } } }));

        var run = (await Mptcpctl.RunAsync(daemon, "watch")).Succeeded();

        Assert.Equal(
            """
            2026-01-02T12:00:00.007Z  self  interface-snapshot      -           path1  up usable=2 tentative=1
            2026-01-02T12:00:00.007Z  self  interface-changed       -           path1  off link-down=3
            2026-01-02T12:00:00.007Z  self  interface-changed       -           path1  no-carrier
            2026-01-02T12:00:00.007Z  self  local-address-added     -           2001:db8::3/64 dev path1  tentative link,valid=60s
            2026-01-02T12:00:00.007Z  self  local-address-removed   -           198.18.1.1/24 dev path1   usable (reconciled: kernel-loss)
            2026-01-02T12:00:00.007Z  self  interface-removed       -           evil\x1b[2J               up

            """,
            run.Out);
    }

    static Event About(EventType type, Event told)
    {
        (told.Time, told.Namespace, told.Type) = (Noon, "self", type);
        return told;
    }

    static Event InterfaceEvent(EventType type, bool up, params IEnumerable<AddressUsability> usabilities) => About(type, new Event
    {
        Interface = new Interface
        {
            Name = "path1",
            Up = up,
            Carrier = up,
            OperationalState = up ? OperationalState.Up : OperationalState.Down,
            Addresses = { usabilities.Select(usability => new InterfaceAddress { Usability = usability }) },
        },
    });
}
