using Mptcp.Native.PathManagement;
using Mptcp.Native.Sysctls;
using Proto = Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Server.Services.Mapping;

/// <summary>What probing found, and sysctls, as answers show them.</summary>
internal static class FeatureMapping
{
    /// <param name="features">What probing found.</param>
    /// <param name="eventBuffer">The receive buffer of the namespace's event socket, in bytes.</param>
    /// <param name="tuningObstacle">Why subflows cannot be tuned; null where they can.</param>
    public static Proto.KernelFeatures ToProto(KernelFeatures features, int eventBuffer, string? tuningObstacle) => new()
    {
        MptcpEnabled = features.Enabled,
        FamilyVersion = features.FamilyVersion,
        PathManager = features.PathManager == PathManagerType.Userspace
            ? Proto.PathManagerType.Userspace
            : Proto.PathManagerType.Kernel,
        UserspacePathManager = features.UserspacePathManager,
        Events = true, // The daemon does not start without them.
        EventBufferBytes = (uint)eventBuffer,
        Commands = { features.Commands.Select(ToProto) },
        Schedulers = { features.Schedulers },
        PathManagers = { features.PathManagers },
        SubflowTuning = tuningObstacle is null,
        SubflowTuningObstacle = tuningObstacle ?? "",
        CongestionControls = { features.CongestionControls },
    };

    public static Proto.Sysctl ToProto(Sysctl sysctl) => new()
    {
        Name = sysctl.Name,
        Value = sysctl.Value,
        ReadOnly = sysctl.ReadOnly,
    };

    private static Proto.KernelCommand ToProto(KernelCommand command) => new()
    {
        Number = command.Number,
        Name = command.Name,
        Attributes = { command.Attributes },
    };
}
