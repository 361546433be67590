using System.Net;
using Mptcp.ControlPlane.Server.Kernel.Namespaces;
using Mptcp.ControlPlane.Server.Services.Errors;
using Mptcp.Native.PathManagement;
using Endpoint = Mptcp.Native.PathManagement.Endpoint;
using Proto = Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Server.Services.Mapping;

/// <summary>Endpoints of the in-kernel path manager between messages and records.</summary>
internal static class EndpointMapping
{
    private static readonly (Proto.EndpointFlag Proto, EndpointFlags Kernel)[] Flags =
    [
        (Proto.EndpointFlag.Signal, EndpointFlags.Signal),
        (Proto.EndpointFlag.Subflow, EndpointFlags.Subflow),
        (Proto.EndpointFlag.Backup, EndpointFlags.Backup),
        (Proto.EndpointFlag.Fullmesh, EndpointFlags.FullMesh),
        (Proto.EndpointFlag.Implicit, EndpointFlags.Implicit),
        (Proto.EndpointFlag.Laminar, EndpointFlags.Laminar),
    ];

    public static Proto.Endpoint ToProto(Endpoint endpoint, HostNamespace served) => new()
    {
        Address = AddressMapping.ToText(endpoint.Address),
        Port = endpoint.Port,
        Id = endpoint.Id,
        Interface = InterfaceIndex.NameOf(served, endpoint.InterfaceIndex),
        InterfaceIndex = endpoint.InterfaceIndex,
        Flags = { ToProto(endpoint.Flags) },
    };

    public static IEnumerable<Proto.EndpointFlag> ToProto(EndpointFlags flags)
        => Flags.Where(flag => (flags & flag.Kernel) != 0).Select(flag => flag.Proto);

    /// <summary>Reads an endpoint to create, all but its interface, which takes asking the kernel.</summary>
    /// <param name="endpoint">The endpoint; null when the field was not set.</param>
    /// <exception cref="ControlPlaneException">INVALID_ARGUMENT, with every violation.</exception>
    public static Endpoint ParseNew(Proto.Endpoint? endpoint)
    {
        var violations = new RequestViolations();
        if (endpoint is null)
            violations.Add("endpoint", "is required");
        endpoint ??= new Proto.Endpoint { Address = IPAddress.Loopback.ToString() };

        var address = AddressParsing.ParseAddress(endpoint.Address, "endpoint.address", violations);
        var port = AddressParsing.ParsePort(endpoint.Port, "endpoint.port", PortRule.Optional, violations);
        var id = AddressParsing.ParseId(endpoint.Id, lowest: 0, "endpoint.id", violations);
        var flags = ParseFlags(endpoint.Flags, violations);
        if (port > 0 && (flags & EndpointFlags.Signal) == 0)
            violations.Add("endpoint.port", "needs the flag ENDPOINT_FLAG_SIGNAL: a port can only be announced");
        if (endpoint.InterfaceIndex < 0)
            violations.Add("endpoint.interface_index", $"must not be negative, and is {endpoint.InterfaceIndex}");

        violations.ThrowIfAny();
        return new Endpoint(address!) { Id = id!.Value, Port = port!.Value, Flags = flags };
    }

    /// <summary>Reads flags, each allowed once.</summary>
    public static EndpointFlags ParseFlags(IReadOnlyList<Proto.EndpointFlag> flags, RequestViolations violations)
    {
        var all = EndpointFlags.None;
        for (var i = 0; i < flags.Count; i++)
        {
            var flag = Array.Find(Flags, known => known.Proto == flags[i]).Kernel;
            if (flag == EndpointFlags.None)
                violations.Add($"endpoint.flags[{i}]", $"must be a flag that exists, and is {(int)flags[i]}");
            else if (flag == EndpointFlags.Implicit)
                violations.Add($"endpoint.flags[{i}]", "must not be ENDPOINT_FLAG_IMPLICIT, which only the kernel sets");
            else if ((all & flag) != 0)
                violations.Add($"endpoint.flags[{i}]", $"must be there once, and {NamesOf(flag)} is there before");
            all |= flag;
        }

        return all;
    }

    /// <summary>The names of flags as the proto files spell them.</summary>
    public static string NamesOf(EndpointFlags flags)
        => string.Join(", ", Flags.Where(flag => (flags & flag.Kernel) != 0).Select(flag => $"ENDPOINT_FLAG_{flag.Kernel.ToString().ToUpperInvariant()}"));
}
