using System.Net;
using Mptcp.Native.Interop;
using Mptcp.Native.Namespaces;
using Mptcp.Native.Netlink;
using static Mptcp.Native.Interop.MptcpHeaders;
using static Mptcp.Native.Interop.NetlinkHeaders;

namespace Mptcp.Native.PathManagement;

/// <summary>
/// The path managers of one network namespace: the endpoints and limits of the one in the kernel, and the commands of
/// the one in userspace. Any thread may call it; calls on one instance take turns.
/// </summary>
/// <remarks>
/// Every method may throw <see cref="KernelRefusedException"/> when the kernel refuses, with nothing changed, and
/// <see cref="NetlinkTransportException"/> or <see cref="NetlinkFormatException"/> when talking to it fails. Documented by
/// <c>Documentation/netlink/specs/mptcp_pm.yaml</c> and <c>Documentation/networking/mptcp.rst</c> of the kernel.
/// </remarks>
public sealed class PathManager : IDisposable
{
    // Of a token that is the first attribute.
    private const int TokenOffset = NLMSG_HDRLEN + GenericNetlinkHeaders.GENL_HDRLEN + NLA_HDRLEN;

    private readonly RequestChannel _channel;
    private readonly GenericNetlinkFamily _family;

    internal PathManager(INetlinkTransport transport, Action<RequestOutcome>? observer = null)
    {
        _channel = new RequestChannel(transport, observer);
        try
        {
            _family = GenericNetlinkController.Find(_channel, MPTCP_PM_NAME)
                ?? throw new MptcpUnavailableException("this kernel has no MPTCP path manager (CONFIG_MPTCP is off)");
        }
        catch
        {
            _channel.Dispose();
            throw;
        }
    }

    /// <summary>The multicast groups of the family: number by name.</summary>
    internal IReadOnlyDictionary<string, uint> Groups => _family.Groups;

    /// <summary>Opens the path managers of a network namespace. Reading needs no privilege; changing needs CAP_NET_ADMIN.</summary>
    /// <param name="networkNamespace">The namespace.</param>
    /// <param name="observer">Hears how each request ended, on the thread that made it.</param>
    /// <exception cref="MptcpUnavailableException">The kernel was built without MPTCP.</exception>
    /// <exception cref="SystemCallException">The namespace cannot be entered, or descriptors ran out.</exception>
    public static PathManager Open(NetworkNamespace networkNamespace, Action<RequestOutcome>? observer = null)
    {
        ArgumentNullException.ThrowIfNull(networkNamespace);
        return new PathManager(networkNamespace.Invoke(() => NetlinkSocket.Open(NETLINK_GENERIC)), observer);
    }

    /// <summary>Reads every endpoint, ordered by id.</summary>
    public IReadOnlyList<Endpoint> ListEndpoints()
        => Ordered(_channel.Dump(Request(PathManagerCommand.GetAddress, NLM_F_DUMP), EndpointCodec.ReadEndpoint));

    /// <summary>Reads one endpoint; EINVAL when there is none.</summary>
    /// <param name="id">Its id, 1 to 255.</param>
    public Endpoint GetEndpoint(byte id)
    {
        var request = Request(PathManagerCommand.GetAddress);
        EndpointCodec.WriteId(request, MPTCP_PM_ATTR_ADDR, id);
        return _channel.Ask(request, EndpointCodec.ReadEndpoint);
    }

    /// <summary>Adds an endpoint; EBUSY when its id is taken, EEXIST when its address is, ERANGE or ENOSPC when the kernel has no room.</summary>
    /// <param name="endpoint">The endpoint; the kernel silently drops flags that it does not know.</param>
    public void AddEndpoint(Endpoint endpoint)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        var request = Request(PathManagerCommand.AddAddress);
        EndpointCodec.Write(request, MPTCP_PM_ATTR_ADDR, endpoint, withId: endpoint.Id != 0);
        _channel.Execute(request);
    }

    /// <summary>Deletes an endpoint, and with it the subflows made from it; EINVAL when there is none.</summary>
    /// <param name="id">Its id, 1 to 255.</param>
    public void DeleteEndpoint(byte id)
    {
        var request = Request(PathManagerCommand.DeleteAddress);
        EndpointCodec.WriteId(request, MPTCP_PM_ATTR_ADDR, id);
        _channel.Execute(request);
    }

    /// <summary>Closes the initial subflows of every connection that began at a local address.</summary>
    /// <param name="address">The address.</param>
    public void DeleteInitialAddress(IPAddress address)
    {
        var request = Request(PathManagerCommand.DeleteAddress);
        EndpointCodec.Write(request, MPTCP_PM_ATTR_ADDR, new Endpoint(address));
        _channel.Execute(request);
    }

    /// <summary>Deletes every endpoint.</summary>
    public void FlushEndpoints() => _channel.Execute(Request(PathManagerCommand.FlushAddresses));

    /// <summary>Changes the flags of an endpoint: of them, the kernel takes backup and fullmesh.</summary>
    /// <param name="id">Its id, 1 to 255.</param>
    /// <param name="flags">Every flag that it shall have.</param>
    public void SetEndpointFlags(byte id, EndpointFlags flags)
    {
        var request = Request(PathManagerCommand.SetFlags);
        using (request.Nest(MPTCP_PM_ATTR_ADDR))
        {
            request.Write(MPTCP_PM_ADDR_ATTR_ID, id);
            request.Write(MPTCP_PM_ADDR_ATTR_FLAGS, (uint)flags);
        }

        _channel.Execute(request);
    }

    /// <summary>Reads the limits of the in-kernel path manager.</summary>
    public EndpointLimits GetLimits() => _channel.Ask(Request(PathManagerCommand.GetLimits), EndpointCodec.ReadLimits);

    /// <summary>Sets limits of the in-kernel path manager; EINVAL when one is above the kernel's own.</summary>
    /// <param name="subflows">The most additional subflows per connection; null leaves it.</param>
    /// <param name="acceptedAddresses">The most announced addresses to act on per connection; null leaves it.</param>
    public void SetLimits(uint? subflows, uint? acceptedAddresses)
    {
        var request = Request(PathManagerCommand.SetLimits);
        if (acceptedAddresses is { } accepted)
            request.Write(MPTCP_PM_ATTR_RCV_ADD_ADDRS, accepted);
        if (subflows is { } most)
            request.Write(MPTCP_PM_ATTR_SUBFLOWS, most);
        _channel.Execute(request);
    }

    /// <summary>Reads the local addresses that a connection of the userspace path manager uses, ordered by id.</summary>
    /// <param name="token">The connection; EINVAL when there is none or the in-kernel path manager has it, told apart by the kernel's text alone.</param>
    public IReadOnlyList<Endpoint> ListLocalAddresses(uint token)
        => Ordered(_channel.Dump(LocalAddresses(token), EndpointCodec.ReadEndpoint));

    /// <summary>Reads the local addresses that a connection of the userspace path manager uses, ordered by id.</summary>
    /// <param name="token">The connection.</param>
    /// <returns>Null when there is no such connection, or the in-kernel path manager has it.</returns>
    public IReadOnlyList<Endpoint>? FindLocalAddresses(uint token)
    {
        var found = _channel.FindAll(LocalAddresses(token), EndpointCodec.ReadEndpoint, Errno.Invalid);
        return found is null ? null : Ordered(found);
    }

    /// <summary>Reads one local address of a connection of the userspace path manager.</summary>
    /// <param name="token">The connection.</param>
    /// <param name="id">The id of the address, 1 to 255.</param>
    public Endpoint GetLocalAddress(uint token, byte id)
    {
        var request = Request(PathManagerCommand.GetAddress);
        EndpointCodec.WriteId(request, MPTCP_PM_ATTR_ADDR, id);
        request.Write(MPTCP_PM_ATTR_TOKEN, token);
        return _channel.Ask(request, EndpointCodec.ReadEndpoint);
    }

    /// <summary>Announces an address to the peer (ADD_ADDR).</summary>
    /// <param name="token">The connection.</param>
    /// <param name="address">The address with an id of 1 to 255, and a port to announce or 0.</param>
    public void Announce(uint token, Endpoint address)
    {
        ArgumentNullException.ThrowIfNull(address);
        var request = Request(PathManagerCommand.Announce);
        request.Write(MPTCP_PM_ATTR_TOKEN, token);
        EndpointCodec.Write(request, MPTCP_PM_ATTR_ADDR, address with { Flags = address.Flags | EndpointFlags.Signal });
        _channel.Execute(request);
    }

    /// <summary>Withdraws an address (RM_ADDR), and with it the subflows that use it; EINVAL when the connection has none of this id.</summary>
    /// <param name="token">The connection.</param>
    /// <param name="id">The id of the address; 0 is the one that the connection began with.</param>
    public void Withdraw(uint token, byte id)
    {
        var request = Request(PathManagerCommand.Remove);
        request.Write(MPTCP_PM_ATTR_TOKEN, token);
        request.Write(MPTCP_PM_ATTR_LOC_ID, id);
        _channel.Execute(request);
    }

    /// <summary>
    /// Starts a subflow (MP_JOIN). The kernel answers before the handshake; an event tells how that ended, and may come
    /// before this method returns.
    /// </summary>
    /// <param name="subflow">The subflow; EADDRNOTAVAIL when no route leads from its local address.</param>
    public void CreateSubflow(SubflowRequest subflow)
    {
        ArgumentNullException.ThrowIfNull(subflow);
        CreateSubflow(subflow.Token, new PreparedSubflow(subflow.Local, subflow.Remote));
    }

    /// <summary>Starts a subflow that was prepared.</summary>
    /// <param name="token">The connection.</param>
    /// <param name="subflow">The subflow; EADDRNOTAVAIL when no route leads from its local address.</param>
    /// <inheritdoc cref="CreateSubflow(SubflowRequest)" path="/summary"/>
    public void CreateSubflow(uint token, PreparedSubflow subflow)
    {
        Prepare(subflow);
        subflow.Command!.Rewrite(TokenOffset, token);
        _channel.Execute(subflow.Command);
    }

    /// <summary>Writes the command that starts a subflow beforehand.</summary>
    public void Prepare(PreparedSubflow subflow)
    {
        ArgumentNullException.ThrowIfNull(subflow);
        if (subflow.Command is not null)
            return;
        var command = Request(PathManagerCommand.SubflowCreate);
        command.Write(MPTCP_PM_ATTR_TOKEN, 0u);
        EndpointCodec.Write(command, MPTCP_PM_ATTR_ADDR, subflow.Local);
        EndpointCodec.Write(command, MPTCP_PM_ATTR_ADDR_REMOTE, subflow.Remote);
        subflow.Command = command;
    }

    /// <summary>Closes a subflow; ESRCH when it is not there, EINVAL when the connection is not.</summary>
    /// <param name="token">The connection.</param>
    /// <param name="subflow">The subflow, with both ports.</param>
    public void DestroySubflow(uint token, SubflowAddresses subflow)
    {
        ArgumentNullException.ThrowIfNull(subflow);
        try
        {
            Address(PathManagerCommand.SubflowDestroy, token, subflow, EndpointFlags.None);
        }
        catch (KernelRefusedException refusal) when (refusal.Errno == Errno.NoSuchProcess && IsIPv4(subflow))
        {
            // The kernel looks for an IPv4 subflow of an IPv6 socket only under its mapped addresses.
            Address(PathManagerCommand.SubflowDestroy, token, Mapped(subflow), EndpointFlags.None);
        }
    }

    /// <summary>Changes whether a subflow is a backup, and tells the peer (MP_PRIO); EINVAL when it is not there. No event comes of it here.</summary>
    /// <param name="token">The connection.</param>
    /// <param name="subflow">The subflow, with both ports.</param>
    /// <param name="backup">Whether it carries data only while no other can.</param>
    public void SetSubflowBackup(uint token, SubflowAddresses subflow, bool backup)
    {
        ArgumentNullException.ThrowIfNull(subflow);
        Address(PathManagerCommand.SetFlags, token, subflow, backup ? EndpointFlags.Backup : EndpointFlags.None);
    }

    /// <summary>Lists the commands that this kernel has, with what they take where it can tell (from 5.10 on).</summary>
    internal (uint Version, IReadOnlyList<KernelCommand> Commands) DescribeFamily()
    {
        IReadOnlyDictionary<uint, IReadOnlyList<ushort>> policies;
        try
        {
            policies = GenericNetlinkController.ReadPolicies(_channel, _family.Id);
        }
        catch (KernelRefusedException refusal) when (refusal.Errno == Errno.NotSupported)
        {
            policies = new Dictionary<uint, IReadOnlyList<ushort>>();
        }

        return (_family.Version, [.. _family.Operations.Select(operation => KernelCommand.From(operation, policies))]);
    }

    /// <inheritdoc />
    public void Dispose() => _channel.Dispose();

    private void Address(PathManagerCommand command, uint token, SubflowAddresses subflow, EndpointFlags flags)
    {
        var request = Request(command);
        request.Write(MPTCP_PM_ATTR_TOKEN, token);
        var local = new Endpoint(subflow.Local.Address) { Port = (ushort)subflow.Local.Port, Flags = flags };
        EndpointCodec.Write(request, MPTCP_PM_ATTR_ADDR, local, withId: false);
        EndpointCodec.Write(request, MPTCP_PM_ATTR_ADDR_REMOTE, subflow.Remote);
        _channel.Execute(request);
    }

    private RequestWriter LocalAddresses(uint token)
    {
        var request = Request(PathManagerCommand.GetAddress, NLM_F_DUMP);
        request.Write(MPTCP_PM_ATTR_TOKEN, token);
        return request;
    }

    private RequestWriter Request(PathManagerCommand command, ushort flags = NLM_F_ACK)
        => GenericNetlinkController.Request(_family.Id, (byte)command, (byte)_family.Version, flags, KernelCommand.NameOf(command));

    private static bool IsIPv4(SubflowAddresses subflow)
        => subflow.Local.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork;

    private static SubflowAddresses Mapped(SubflowAddresses subflow) => new(
        new IPEndPoint(subflow.Local.Address.MapToIPv6(), subflow.Local.Port),
        new IPEndPoint(subflow.Remote.Address.MapToIPv6(), subflow.Remote.Port));

    private static List<Endpoint> Ordered(List<Endpoint> endpoints)
    {
        endpoints.Sort((one, other) => one.Id.CompareTo(other.Id));
        return endpoints;
    }
}
