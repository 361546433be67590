using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Mptcp.ControlPlane.Server.Hosting.Supervision;
using Mptcp.ControlPlane.Server.Tests.Support;
using Mptcp.Lab;
using Mptcp.Native.Interop;
using Mptcp.Native.Namespaces;
using Mptcp.Native.Supervision;

namespace Mptcp.ControlPlane.Server.Tests.Hosting.Supervision;

/// <summary>What the service manager keeps, gives back and is told to let go.</summary>
public sealed class DescriptorStoreTests : IAsyncDisposable
{
    private readonly LabSupervisor _manager = new();
    private readonly CollectedLog _log = new();
    private readonly List<IDisposable> _opened = [];

    public async ValueTask DisposeAsync()
    {
        _opened.ForEach(one => one.Dispose());
        await _manager.DisposeAsync();
        _log.Dispose();
    }

    [Fact]
    public async Task What_is_kept_is_kept_until_it_is_to_be_forgotten()
    {
        var store = Open(limit: null);
        using var socket = OpenDescriptor();

        store.Keep("one", socket);
        store.Keep("two", socket);
        store.Keep("two", socket);
        await KeepsAsync("one", "two");
        store.Forget("one");
        store.Forget("never");
        await KeepsAsync("two");

        Assert.All(_manager.Messages.Where(message => message.Has("FDSTORE=1")), message => Assert.True(message.Has("FDPOLL=0")));
        Assert.Equal(3, _manager.Messages.Count);
    }

    [Fact]
    public async Task Of_several_with_one_name_the_first_that_is_right_is_claimed_and_kept_anew()
    {
        var inherited = "same same same other".Split(' ').Select(name => new InheritedDescriptor(name, OpenDescriptor())).ToList();
        var store = Open(limit: null, inherited);

        var claimed = store.Claim("same", descriptor => descriptor == inherited[1].Descriptor ? descriptor : null);

        Assert.Equal(inherited[1].Descriptor, claimed);
        Assert.Equal([inherited[1], inherited[3]], inherited.Where(one => !one.Descriptor.IsClosed));
        await _manager.MessageAsync("the name to be forgotten", message => message.Has("FDSTOREREMOVE=1") && message.Has("FDNAME=same"));
        store.Keep("same", claimed!);
        await KeepsAsync("same");
        store.CloseUnclaimed();
        Assert.True(inherited[3].Descriptor.IsClosed);
        await _manager.MessageAsync("the rest to be forgotten", message => message.Has("FDSTOREREMOVE=1") && message.Has("FDNAME=other"));
        Assert.Null(store.Claim("other", descriptor => descriptor));
        claimed!.Dispose();
    }

    [Fact]
    public async Task A_manager_without_room_is_told_of_once_and_one_that_keeps_nothing_is_given_nothing()
    {
        var store = Open(limit: 1);
        using var socket = OpenDescriptor();
        foreach (var name in new[] { "one", "two", "three" })
            store.Keep(name, socket);
        await store.FlushAsync();
        await KeepsAsync("one");
        Assert.Single(_log.Entries, entry => entry.Message.Contains("keeps 1 descriptors only", StringComparison.Ordinal));

        store.Forget("two");
        store.Forget("one");
        await KeepsAsync("three");

        var before = _manager.Messages.Count;
        Open(limit: 0).Keep("four", socket);
        Open(limit: null).Keep("five", socket);
        await KeepsAsync("five", "three");
        Assert.Equal(before + 1, _manager.Messages.Count);
    }

    [Fact]
    public async Task The_last_places_are_not_for_those_that_leave_room()
    {
        var store = Open(limit: 8);
        using var socket = OpenDescriptor();
        foreach (var number in Enumerable.Range(1, 8))
            store.Keep($"yielding-{number}", socket, leavesRoom: true);
        store.Keep("first", socket);
        await KeepsAsync(["first", .. Enumerable.Range(1, 7).Select(number => $"yielding-{number}")]);

        store.Forget("first");
        store.Forget("yielding-1");
        await KeepsAsync([.. Enumerable.Range(2, 7).Select(number => $"yielding-{number}")]);
    }

    [Fact]
    public async Task A_manager_that_does_not_listen_makes_nobody_wait_and_gets_it_all_in_order()
    {
        var store = Open(limit: null);
        using var socket = OpenDescriptor();
        _manager.Pause();
        // More than a socket of datagrams takes before its owner reads; each is closed before it is sent.
        foreach (var number in Enumerable.Range(1, 100))
        {
            using var passing = SafeDescriptor.Duplicate(socket);
            store.Keep($"socket-{number}", passing);
            store.Forget($"socket-{number}");
            if (number % 10 == 0)
                store.Keep($"socket-{number}", passing);
        }

        _manager.GoOn();
        await store.FlushAsync();

        await KeepsAsync([.. Enumerable.Range(1, 10).Select(number => $"socket-{number * 10}").Order(StringComparer.Ordinal)]);
        Assert.Equal(210, _manager.Messages.Count);
    }

    [Fact]
    public async Task What_was_not_sent_is_sent_before_the_end()
    {
        var store = Open(limit: null);
        using var socket = OpenDescriptor();
        foreach (var number in Enumerable.Range(1, 9))
            store.Keep($"socket-{number}", socket);
        store.Dispose();
        await KeepsAsync([.. Enumerable.Range(1, 9).Select(number => $"socket-{number}")]);
    }

    // Any descriptor will do.
    private static SafeDescriptor OpenDescriptor() => NamespaceWatch.Open().Descriptor;

    private Task KeepsAsync(params string[] names) => LabWait.UntilAsync(
        $"{string.Join(", ", names)} to be kept", () => _manager.Kept.SequenceEqual(names), cancellationToken: TestContext.Current.CancellationToken);

    private DescriptorStore Open(int? limit, IReadOnlyList<InheritedDescriptor>? inherited = null)
    {
        var settings = new SupervisionSettings { Address = _manager.Address, StoreLimit = limit, Inherited = inherited ?? [] };
        var supervisor = new Supervisor(settings, NullLogger<Supervisor>.Instance);
        var store = new DescriptorStore(settings, supervisor, new LoggerFactory([_log]).CreateLogger<DescriptorStore>(), TimeProvider.System);
        _opened.AddRange([store, supervisor]);
        return store;
    }
}
