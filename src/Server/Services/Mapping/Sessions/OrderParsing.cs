using System.Net;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Kernel.Namespaces;
using Mptcp.ControlPlane.Server.Services.Errors;
using Mptcp.ControlPlane.Server.Sessions.Orders;
using Mptcp.Native.Interop;
using Mptcp.Native.PathManagement;
using SocketAddress = Mptcp.Control.V1.SocketAddress;

namespace Mptcp.ControlPlane.Server.Services.Mapping.Sessions;

/// <summary>Reads what controllers want done.</summary>
internal static class OrderParsing
{
    /// <summary>Reads a command. One that cannot be read becomes an order that is refused in its turn.</summary>
    /// <param name="command">The command; null where there is none.</param>
    /// <param name="path">Where it stands in the request.</param>
    /// <param name="served">The namespace of its connection.</param>
    public static PathOrder Read(PathCommand? command, string path, HostNamespace served)
    {
        try
        {
            var violations = new RequestViolations();
            var order = Read(command, path, served, violations);
            violations.ThrowIfAny();
            return order!;
        }
        catch (Exception problem) when (problem is ControlPlaneException or SystemCallException or ObjectDisposedException)
        {
            // Also where its namespace has gone meanwhile.
            return new PathOrder.Refused(problem);
        }
    }

    private static PathOrder? Read(PathCommand? command, string path, HostNamespace served, RequestViolations violations)
    {
        switch (command?.CommandCase ?? PathCommand.CommandOneofCase.None)
        {
            case PathCommand.CommandOneofCase.CreateSubflow:
                return ReadCreate(command!.CreateSubflow, $"{path}.create_subflow", served, violations);
            case PathCommand.CommandOneofCase.DestroySubflow:
                var ended = ReadEnds(command!.DestroySubflow.Local, command.DestroySubflow.Remote, $"{path}.destroy_subflow", violations);
                return ended is null ? null : new PathOrder.Destroy(ended);
            case PathCommand.CommandOneofCase.SetBackup:
                var changed = ReadEnds(command!.SetBackup.Local, command.SetBackup.Remote, $"{path}.set_backup", violations);
                return changed is null ? null : new PathOrder.SetBackup(changed, command.SetBackup.Backup);
            case PathCommand.CommandOneofCase.AnnounceAddress:
                var announce = command!.AnnounceAddress;
                var address = AddressParsing.ParseEndPoint(announce.Address, $"{path}.announce_address.address", PortRule.Optional, violations);
                var id = AddressParsing.ParseId(announce.AddressId, 0, $"{path}.announce_address.address_id", violations);
                return address is null || id is null ? null : new PathOrder.Announce(address, id.Value, announce.Listen);
            case PathCommand.CommandOneofCase.WithdrawAddress:
                var withdrawn = AddressParsing.ParseId(command!.WithdrawAddress.AddressId, 1, $"{path}.withdraw_address.address_id", violations);
                return withdrawn is { } known ? new PathOrder.Withdraw(known) : null;
            case PathCommand.CommandOneofCase.TuneSubflow:
                return ReadTune(command!.TuneSubflow, $"{path}.tune_subflow", violations);
            default:
                violations.Add(path, "must say what to do: create_subflow, destroy_subflow, set_backup, announce_address, withdraw_address or tune_subflow");
                return null;
        }
    }

    private static PathOrder.Create? ReadCreate(CreateSubflowCommand create, string path, HostNamespace served, RequestViolations violations)
    {
        var local = AddressParsing.ParseEndPoint(create.Local, $"{path}.local", PortRule.Optional, violations);
        var remote = AddressParsing.ParseEndPoint(create.Remote, $"{path}.remote", PortRule.Required, violations);
        AddressParsing.RequireSameFamily(local, remote, $"{path}.remote", violations);
        var id = AddressParsing.ParseId(create.LocalId, 0, $"{path}.local_id", violations);
        if (local is null || remote is null || id is null)
            return null;
        return new PathOrder.Create(local, remote, id.Value, InterfaceIndex.Find(served, create.Interface), create.Backup);
    }

    private static PathOrder.Tune? ReadTune(TuneSubflowCommand tune, string path, RequestViolations violations)
    {
        var ends = ReadEnds(tune.Local, tune.Remote, path, violations);
        var settings = TuningParsing.Read(tune.CongestionControl, tune.CongestionWindowClamp, tune.PacingRate, $"{path}.", violations);
        return ends is null || settings is null ? null : new PathOrder.Tune(ends, settings);
    }

    private static SubflowAddresses? ReadEnds(SocketAddress? local, SocketAddress? remote, string path, RequestViolations violations)
    {
        IPEndPoint? from = AddressParsing.ParseEndPoint(local, $"{path}.local", PortRule.Required, violations);
        IPEndPoint? to = AddressParsing.ParseEndPoint(remote, $"{path}.remote", PortRule.Required, violations);
        AddressParsing.RequireSameFamily(from, to, $"{path}.remote", violations);
        return from is not null && to is not null ? new SubflowAddresses(from, to) : null;
    }
}
