using System.Net;
using Mptcp.ControlPlane.Server.Policies.Model;
using Mptcp.ControlPlane.Server.State;
using Mptcp.Native.PathManagement;
using Endpoint = Mptcp.Native.PathManagement.Endpoint;

namespace Mptcp.ControlPlane.Server.Policies.Reconciliation.Endpoints;

/// <summary>
/// Compares the endpoints and limits of a namespace with what its policy wants of them, and says what is to be done. It changes nothing
/// and asks nobody, and never touches an endpoint that no policy made. A plan for what is already as it should be is empty.
/// </summary>
internal sealed partial class EndpointPlanner
{
    private const EndpointFlags Changeable = EndpointFlags.Backup | EndpointFlags.FullMesh;

    // How soon it is looked again whether connections have other subflows by now.
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(2);

    private readonly HostPaths _host;
    private readonly KernelEndpoints _kernel;
    private readonly EndpointMemory _memory;
    private readonly TimeSpan _now;
    private readonly EndpointNotes? _notes;
    private readonly List<EndpointStep> _steps = [];
    private readonly HashSet<Endpoint> _claimed = [];
    private readonly List<IPEndPoint> _ending = [];
    private TimeSpan? _due;

    private EndpointPlanner(HostPaths host, KernelEndpoints kernel, EndpointMemory memory, TimeSpan now, EndpointNotes? notes)
        => (_host, _kernel, _memory, _now, _notes) = (host, kernel, memory, now, notes);

    /// <summary>Makes a plan.</summary>
    /// <param name="policy">The policy that decides about the namespace; null for none, which wants nothing.</param>
    /// <param name="host">The addresses that this host has.</param>
    /// <param name="kernel">What the kernel has.</param>
    /// <param name="memory">What is remembered of the namespace.</param>
    /// <param name="now">The time, on the clock of what is remembered.</param>
    /// <param name="notes">Receives what is wanted, what is, and why each difference remains; null where nobody asks.</param>
    public static EndpointPlan Plan(
        PathPolicy? policy, HostPaths host, KernelEndpoints kernel, EndpointMemory memory, TimeSpan now, EndpointNotes? notes = null)
    {
        var planner = new EndpointPlanner(host, kernel, memory, now, notes);
        var wants = policy is null ? [] : planner.FindWants(policy);
        foreach (var want in wants)
        {
            if (planner.FindAt(want.Place) is { } there)
                planner._claimed.Add(there);
        }

        // What is deleted makes room; what has limits to wait for is made after them.
        planner.PlanUnwanted();
        planner.PlanLimits(policy);
        foreach (var want in wants)
            planner.Plan(want);
        return new EndpointPlan(planner._steps, planner._due);
    }

    private void Plan(EndpointWant want)
    {
        var there = FindAt(want.Place);
        if (there is null || there.Flags.HasFlag(EndpointFlags.Implicit))
            PlanMissing(want, there);
        else if (!IsMade(there))
            _notes?.There(there, want, NameOf(want), false, EndpointStepKind.None, WordsOnForeign(there, want));
        else
            PlanChange(want, there);
    }

    private void PlanMissing(EndpointWant want, Endpoint? implicitly)
    {
        var obstacle = ObstacleTo(want);
        if (obstacle.Length == 0)
            _steps.Add(EndpointStep.Add(want, implicitly));
        var step = obstacle.Length == 0 ? EndpointStepKind.Add : EndpointStepKind.None;
        _notes?.Missing(want, _memory.Find(want.Place), step, obstacle.Length > 0 ? obstacle : WordsOn(want));
    }

    private void PlanChange(EndpointWant want, Endpoint there)
    {
        var (step, reason) = (EndpointStepKind.None, WordsOn(want));
        var differing = there.Flags ^ want.Flags;
        if (differing != EndpointFlags.None || there.InterfaceIndex != want.InterfaceIndex)
        {
            var isChange = (differing & ~Changeable) == EndpointFlags.None && there.InterfaceIndex == want.InterfaceIndex;
            // Of a change of fullmesh the kernel makes an end of the subflows, and makes them again.
            var ends = !isChange || differing.HasFlag(EndpointFlags.FullMesh);
            if (IsWaiting(_memory.Find(want.Place), want.From?.Generation ?? 0, out var waiting))
                reason = waiting;
            else if (!isChange && ObstacleTo(want) is { Length: > 0 } obstacle)
                reason = $"it keeps its flags: {obstacle}";
            else if (ends && !MayEnd(want.Place))
                reason = "its flags are changed when connections whose only subflow runs from it have another, or have ended";
            else
                step = isChange ? EndpointStepKind.SetFlags : EndpointStepKind.Replace;
        }

        if (step != EndpointStepKind.None)
            _steps.Add(EndpointStep.Change(step, there, want));
        _notes?.There(there, want, NameOf(want), true, step, reason);
    }

    private void PlanUnwanted()
    {
        foreach (var there in _kernel.All)
        {
            if (_claimed.Contains(there))
                continue;
            var place = KernelEndpoints.PlaceOf(there);
            var name = _host.Find(place.Address)?.InterfaceName ?? "";
            if (!IsMade(there))
            {
                var maker = there.Flags.HasFlag(EndpointFlags.Implicit) ? "the kernel made it for a subflow" : "somebody else made it";
                _notes?.There(there, null, name, false, EndpointStepKind.None, maker);
                continue;
            }

            var why = _host.Has(place.Address) ? "no policy wants it" : "this host has lost the address";
            var obstacle = IsWaiting(_memory.Find(place), 0, out var waiting) ? waiting
                : MayEnd(place) ? ""
                : "it is deleted when connections whose only subflow runs from it have another, or have ended";
            if (obstacle.Length == 0)
                _steps.Add(EndpointStep.Delete(there));
            var step = obstacle.Length == 0 ? EndpointStepKind.Delete : EndpointStepKind.None;
            _notes?.There(there, null, name, true, step, obstacle.Length == 0 ? why : $"{why}; {obstacle}");
        }
    }

    private void PlanLimits(PathPolicy? policy)
    {
        if (policy is null)
        {
            PlanLimitsBefore();
            return;
        }

        var wanted = FindLimits(policy);
        var reason = wanted.Subflows < policy.MaxSubflows ? $"this kernel takes no more than {wanted.Subflows}" : "";
        var differs = wanted != _kernel.Limits;
        var waits = differs && IsWaiting(_memory.Limits, 0, out reason);
        if (differs && !waits)
            _steps.Add(EndpointStep.SetLimits(wanted));
        _notes?.Limits(_kernel, wanted, differs && !waits ? EndpointStepKind.SetLimits : EndpointStepKind.None, reason);
    }

    private void PlanLimitsBefore()
    {
        var (step, reason) = (EndpointStepKind.None, "");
        // Where somebody else has set them since, they stay.
        var before = _kernel.SetLimits is { } set && set.Values.Contains(_kernel.Limits) ? set.Before : null;
        if (_kernel.SetLimits is not null && !IsWaiting(_memory.Limits, 0, out reason))
        {
            step = EndpointStepKind.RestoreLimits;
            _steps.Add(EndpointStep.RestoreLimits(before));
        }

        _notes?.Limits(_kernel, before, step, reason);
    }

    /// <summary>
    /// Whether the subflows that run from a place may end. With an endpoint the kernel ends all of them, initial ones too, and a
    /// connection that has none left is given up after a minute.
    /// </summary>
    private bool MayEnd(IPEndPoint place)
    {
        foreach (var connection in _kernel.Connections)
        {
            if (connection.PathManager != PathManagerType.Userspace && IsLast(connection, place))
            {
                _due = _now + LookAgain;
                return false;
            }
        }

        _ending.Add(place);
        return true;
    }

    private bool IsLast(Connection connection, IPEndPoint place)
    {
        var runs = false;
        foreach (var subflow in connection.Subflows)
        {
            if (subflow.State != SubflowState.Established)
                continue;
            if (KernelEndpoints.RunsFrom(subflow, place))
                runs = true;
            else if (Carries(connection, subflow))
                return false;
        }

        return runs;
    }

    // That it has ended may not have been told yet.
    private bool Carries(Connection connection, Subflow subflow)
        => _host.Has(subflow.Local.Address) && _host.Find(subflow.Local.Address) is not { Carries: false }
        && !_ending.Exists(place => KernelEndpoints.RunsFrom(subflow, place)) && !_memory.HasEnded(connection.Token, subflow.Ends);

    /// <summary>Whether something failed and is not to be tried again now.</summary>
    private bool IsWaiting(PathRecord? record, long generation, out string reason)
    {
        reason = "";
        if (record is null || !record.HasFailedSince(generation))
            return false;
        if (record.GivenUp)
        {
            reason = $"{record.Failure}; it is given up until its address or the policy changes";
            return true;
        }

        if (record.NotBefore <= _now)
            return false;
        reason = record.Failure!;
        if (_due is null || record.NotBefore < _due)
            _due = record.NotBefore;
        return true;
    }

    // The kernel has one of a place, but for those that differ in having a port.
    private Endpoint? FindAt(IPEndPoint place)
    {
        foreach (var endpoint in _kernel.All)
        {
            if (endpoint.Port == place.Port && endpoint.Address.Equals(place.Address))
                return endpoint;
        }

        return null;
    }

    private bool IsMade(Endpoint endpoint) => _kernel.Made.Contains(MadeEndpoint.Of(endpoint));

    private static string NameOf(EndpointWant want) => want.From?.InterfaceName ?? "";

    private static string WordsOn(EndpointWant want)
        => want.LacksFullMesh ? "it is announced, with which the kernel takes no full mesh: its subflows go to initial addresses only" : "";

    private static string WordsOnForeign(Endpoint there, EndpointWant want)
        => there.Flags == want.Flags ? "somebody else made it" : "somebody else made it, with other flags, which stay";
}
