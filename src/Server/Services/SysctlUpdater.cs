using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Kernel.Namespaces;
using Mptcp.ControlPlane.Server.Services.Errors;
using Mptcp.ControlPlane.Server.Telemetry;
using Mptcp.Native.Interop;
using Mptcp.Native.Netlink;
using Sysctl = Mptcp.Native.Sysctls.Sysctl;

namespace Mptcp.ControlPlane.Server.Services;

/// <summary>Writes sysctls all or nothing. One update at a time, lest one put back what another has just written.</summary>
internal sealed class SysctlUpdater(ILogger<SysctlUpdater> logger)
{
    private readonly Lock _oneAtATime = new();

    /// <summary>Writes values in their order.</summary>
    /// <returns>The sysctls as the kernel shows them before, in the order of the values, and afterwards, ordered by name.</returns>
    /// <exception cref="ControlPlaneException">One is unknown, read-only or refused; none is changed.</exception>
    public (IReadOnlyList<Sysctl> Before, IReadOnlyList<Sysctl> After) Update(HostNamespace served, IReadOnlyList<(string Name, string Value)> values)
    {
        lock (_oneAtATime)
        {
            var before = values.Select(value => Find(served, value.Name)).ToList();
            if (before.Find(sysctl => sysctl.ReadOnly) is { } fixedOne)
            {
                throw new ControlPlaneException(
                    StatusCode.FailedPrecondition, ErrorReason.SysctlRefused, $"net.mptcp.{fixedOne.Name} is read-only");
            }

            for (var i = 0; i < values.Count; i++)
            {
                try
                {
                    served.Sysctls.Set(values[i].Name, values[i].Value);
                }
                catch (KernelRefusedException refusal)
                {
                    PutBack(served, before.Take(i));
                    throw Describe(refusal, i);
                }
            }

            var after = values.Select(value => Find(served, value.Name)).OrderBy(sysctl => sysctl.Name, StringComparer.Ordinal).ToList();
            foreach (var sysctl in after)
                logger.SysctlSet(served.Name, sysctl.Name, sysctl.Value);
            return (before, after);
        }
    }

    // Last written, first put back: some sysctls are two names of one setting (pm_type and path_manager).
    private void PutBack(HostNamespace served, IEnumerable<Sysctl> written)
    {
        foreach (var sysctl in written.Reverse())
        {
            try
            {
                served.Sysctls.Set(sysctl.Name, sysctl.Value);
            }
            catch (KernelRefusedException refusal)
            {
                logger.SysctlNotPutBack(served.Name, sysctl.Name, sysctl.Value, refusal.Message);
            }
        }
    }

    private static Sysctl Find(HostNamespace served, string name)
        => served.Sysctls.Find(name) ?? throw new ControlPlaneException(
            StatusCode.NotFound, ErrorReason.SysctlNotFound, $"the kernel has no sysctl net.mptcp.{name}");

    private static ControlPlaneException Describe(KernelRefusedException refusal, int position)
        => refusal.Errno == Errno.NotPermitted || refusal.Errno == Errno.AccessDenied
            ? KernelErrors.Describe(refusal)
            // EINVAL for most; a name that is none of a list's is ENOENT (scheduler), a number out of range ERANGE.
            : KernelErrors.Describe(
                refusal, StatusCode.InvalidArgument, ErrorReason.SysctlRefused, "the kernel refused the value", $"sysctls[{position}].value");
}
