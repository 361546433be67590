using System.Net;
using Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Client;

/// <summary>Makes the commands that a controller may give. What they take further is a property of the message inside.</summary>
public static class PathActions
{
    /// <summary>Starts a subflow.</summary>
    /// <param name="local">The local address; port 0 lets the kernel choose one.</param>
    /// <param name="remote">The remote address and port.</param>
    /// <param name="backup">Whether both ends are asked to use it only while no other can carry data.</param>
    /// <param name="interfaceName">The network interface to bind it to; empty for none.</param>
    public static PathCommand CreateSubflow(IPEndPoint local, IPEndPoint remote, bool backup = false, string interfaceName = "") => new()
    {
        CreateSubflow = new CreateSubflowCommand
        {
            Local = local.ToSocketAddress(),
            Remote = remote.ToSocketAddress(),
            Backup = backup,
            Interface = interfaceName,
        },
    };

    /// <summary>Starts a subflow from a port that the kernel chooses.</summary>
    /// <inheritdoc cref="CreateSubflow(IPEndPoint, IPEndPoint, bool, string)"/>
    public static PathCommand CreateSubflow(IPAddress local, IPEndPoint remote, bool backup = false, string interfaceName = "") =>
        CreateSubflow(new IPEndPoint(local, 0), remote, backup, interfaceName);

    /// <summary>Ends a subflow.</summary>
    /// <param name="subflow">The subflow, whose ports are known.</param>
    public static PathCommand DestroySubflow(Subflow subflow)
    {
        ArgumentNullException.ThrowIfNull(subflow);
        return new() { DestroySubflow = new DestroySubflowCommand { Local = subflow.Local, Remote = subflow.Remote } };
    }

    /// <summary>Says whether a subflow is a backup.</summary>
    /// <param name="subflow">The subflow, whose ports are known.</param>
    /// <param name="backup">Whether it shall be one.</param>
    public static PathCommand SetBackup(Subflow subflow, bool backup)
    {
        ArgumentNullException.ThrowIfNull(subflow);
        return new() { SetBackup = new SetBackupCommand { Local = subflow.Local, Remote = subflow.Remote, Backup = backup } };
    }

    /// <summary>Announces an address to the peer.</summary>
    /// <param name="address">The address; with a port other than 0, the peer is told to join there.</param>
    /// <param name="addressId">The id of the address; 0 lets the daemon choose.</param>
    /// <param name="listen">Whether the daemon accepts joins there while it is announced, where nobody listens.</param>
    public static PathCommand AnnounceAddress(IPEndPoint address, byte addressId = 0, bool listen = false) => new()
    {
        AnnounceAddress = new AnnounceAddressCommand { Address = address.ToSocketAddress(), AddressId = addressId, Listen = listen },
    };

    /// <summary>Takes an announced address back, and ends the subflows that use it.</summary>
    /// <param name="addressId">The id of the address, 1 or more.</param>
    public static PathCommand WithdrawAddress(byte addressId) =>
        new() { WithdrawAddress = new WithdrawAddressCommand { AddressId = addressId } };

    /// <summary>Tunes how a subflow sends; what is left out stays as it is.</summary>
    /// <param name="subflow">The subflow, whose ports are known.</param>
    /// <param name="congestionControl">The name of the congestion control.</param>
    /// <param name="congestionWindowClamp">The most segments the congestion window may have.</param>
    /// <param name="pacingRate">The most bytes a second to send.</param>
    public static PathCommand TuneSubflow(
        Subflow subflow,
        string? congestionControl = null,
        uint? congestionWindowClamp = null,
        ulong? pacingRate = null)
    {
        ArgumentNullException.ThrowIfNull(subflow);
        return new()
        {
            TuneSubflow = new TuneSubflowCommand
            {
                Local = subflow.Local,
                Remote = subflow.Remote,
                CongestionControl = congestionControl ?? "",
                CongestionWindowClamp = congestionWindowClamp ?? 0,
                PacingRate = pacingRate ?? 0,
            },
        };
    }
}
