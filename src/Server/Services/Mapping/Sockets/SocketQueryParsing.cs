using System.Net.Sockets;
using Google.Protobuf.Collections;
using Mptcp.ControlPlane.Server.Services.Errors;
using Mptcp.Native.Diagnostics;
using Proto = Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Server.Services.Mapping.Sockets;

/// <summary>Reads which sockets a caller wants listed, with everything that is wrong with it noted.</summary>
internal static class SocketQueryParsing
{
    private static readonly (Proto.SocketStateSet Proto, SocketStates Kernel)[] Sets =
    [
        (Proto.SocketStateSet.All, SocketStates.All),
        (Proto.SocketStateSet.Connected, SocketStates.Connected),
        (Proto.SocketStateSet.Synchronized, SocketStates.Synchronized),
        (Proto.SocketStateSet.Bucket, SocketStates.Bucket),
        (Proto.SocketStateSet.Big, SocketStates.Big),
        (Proto.SocketStateSet.BoundInactive, SocketStates.BoundInactive),
    ];

    private static readonly (Proto.SocketExtension Proto, SocketExtensions Kernel)[] Extensions =
    [
        (Proto.SocketExtension.None, SocketExtensions.None),
        (Proto.SocketExtension.Memory, SocketExtensions.Memory),
        (Proto.SocketExtension.Info, SocketExtensions.Info),
        (Proto.SocketExtension.CongestionDetails, SocketExtensions.CongestionDetails),
        (Proto.SocketExtension.CongestionControl, SocketExtensions.CongestionControl),
        (Proto.SocketExtension.TypeOfService, SocketExtensions.TypeOfService),
        (Proto.SocketExtension.TrafficClass, SocketExtensions.TrafficClass),
        (Proto.SocketExtension.Buffers, SocketExtensions.Buffers),
        (Proto.SocketExtension.Shutdown, SocketExtensions.Shutdown),
        (Proto.SocketExtension.Subflow, SocketExtensions.Subflow),
    ];

    /// <summary>Reads everything but the filter.</summary>
    /// <param name="request">The request.</param>
    /// <param name="violations">Receives what is wrong.</param>
    public static SocketQuery Read(Proto.ListSocketsRequest request, RequestViolations violations)
    {
        RequireKnown(request.Protocol, "protocol", violations);
        return new SocketQuery
        {
            Family = ReadFamily(request.Family, violations),
            States = ReadStates(request, violations),
            Extensions = ReadExtensions(request.Extensions, violations),
        };
    }

    /// <summary>Notes a protocol that this daemon does not know.</summary>
    public static void RequireKnown(Proto.SocketProtocol protocol, string field, RequestViolations violations)
    {
        if (!Enum.IsDefined(protocol))
            violations.Add(field, $"must be a protocol that this daemon knows, and is {(int)protocol}");
    }

    private static AddressFamily? ReadFamily(Proto.SocketFamily family, RequestViolations violations)
    {
        switch (family)
        {
            case Proto.SocketFamily.Unspecified: return null;
            case Proto.SocketFamily.Ipv4: return AddressFamily.InterNetwork;
            case Proto.SocketFamily.Ipv6: return AddressFamily.InterNetworkV6;
            default:
                violations.Add("family", $"must be a family that this daemon knows, and is {(int)family}");
                return null;
        }
    }

    private static SocketStates ReadStates(Proto.ListSocketsRequest request, RequestViolations violations)
    {
        if (request.States.Count == 0 && request.StateSets.Count == 0)
            return SocketStates.Connected;
        var all = SocketStates.None;
        for (var i = 0; i < request.States.Count; i++)
        {
            // The contract numbers states as the kernel does.
            var state = request.States[i];
            if (state == Proto.SocketState.Unspecified || !Enum.IsDefined(state))
                violations.Add($"states[{i}]", $"must be a state that this daemon knows, and is {(int)state}");
            else
                all |= (SocketStates)(1 << (int)state);
        }

        for (var i = 0; i < request.StateSets.Count; i++)
        {
            var set = Array.Find(Sets, known => known.Proto == request.StateSets[i]).Kernel;
            if (set == SocketStates.None)
                violations.Add($"state_sets[{i}]", $"must be a set that this daemon knows, and is {(int)request.StateSets[i]}");
            all |= set;
        }

        return all;
    }

    private static SocketExtensions ReadExtensions(RepeatedField<Proto.SocketExtension> extensions, RequestViolations violations)
    {
        if (extensions.Count == 0)
            return SocketExtensions.All;
        var all = SocketExtensions.None;
        for (var i = 0; i < extensions.Count; i++)
        {
            var (proto, kernel) = Array.Find(Extensions, known => known.Proto == extensions[i]);
            if (proto == Proto.SocketExtension.Unspecified)
                violations.Add($"extensions[{i}]", $"must be an extension that this daemon knows, and is {(int)extensions[i]}");
            else if (proto == Proto.SocketExtension.None && extensions.Count > 1)
                violations.Add($"extensions[{i}]", "must stand alone: SOCKET_EXTENSION_NONE goes with no other");
            all |= kernel;
        }

        return all;
    }
}
