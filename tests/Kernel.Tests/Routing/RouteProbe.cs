using Mptcp.Kernel.Tests.Support;
using Mptcp.Lab;
using Mptcp.Native.Interop;
using Mptcp.Native.Namespaces;
using Mptcp.Native.Netlink;
using Mptcp.Native.Routing;

namespace Mptcp.Kernel.Tests.Routing;

/// <summary>Hears the changes of links and addresses of a host, from when it is made, and lists them.</summary>
sealed class RouteProbe : IDisposable
{
    readonly RouteEvents _events;
    readonly EventPoller _poller = new();
    readonly Collected<RouteEvent> _collected = new();
    readonly Thread _thread;
    volatile bool _stopping;

    public RouteProbe(LabHost host)
    {
        var networkNamespace = NetworkNamespace.Find(host.NamespacePath);
        _events = RouteEvents.Subscribe(networkNamespace, receiveBuffer: 1 << 20);
        Tables = RouteTables.Open(networkNamespace);
        _poller.Add(_events.Descriptor, key: 0);
        _thread = new Thread(Listen) { IsBackground = true, Name = "route probe" };
        _thread.Start();
    }

    public RouteTables Tables { get; }

    /// <summary>How many changes were told so far.</summary>
    public int Count => _collected.Items.Count;

    /// <summary>Awaits the first change of a kind that matches.</summary>
    /// <param name="what">What is awaited, to end the sentence "timed out waiting for …".</param>
    /// <param name="matches">Whether it is it.</param>
    /// <param name="skip">How many changes not to look at.</param>
    public async Task<T> FirstAsync<T>(string what, Func<T, bool> matches, int skip = 0)
        where T : RouteEvent =>
        (T)await _collected.FirstAsync(what, told => told is T wanted && matches(wanted), skip);

    /// <summary>Whether subflows can begin from an address, as the lists say.</summary>
    public AddressUsability UsabilityOf(string address)
    {
        var listed = Tables.ListAddresses().Single(one => one.Address.ToString() == address);
        return listed.UsabilityOn(Tables.FindLink(listed.InterfaceIndex)!);
    }

    /// <summary>Awaits that the lists say so of an address.</summary>
    public Task UntilAsync(string address, AddressUsability usability) => LabWait.UntilAsync(
        $"{address} to be {usability}", () => UsabilityOf(address) == usability, cancellationToken: TestContext.Current.CancellationToken);

    public void Dispose()
    {
        _stopping = true;
        _poller.Wake();
        _thread.Join();
        _events.Dispose();
        _poller.Dispose();
        Tables.Dispose();
    }

    void Listen()
    {
        try
        {
            var ready = new ulong[1];
            var received = new List<RouteEvent>();
            while (!_stopping)
            {
                _poller.Wait(ready, Timeout.InfiniteTimeSpan);
                received.Clear();
                if (_events.Receive(received, most: 100) == EventReceipt.Overflowed)
                    throw new InvalidOperationException("changes were lost");
                received.ForEach(_collected.Add);
            }

            _collected.End();
        }
        catch (Exception exception)
        {
            _collected.End(exception);
        }
    }
}
