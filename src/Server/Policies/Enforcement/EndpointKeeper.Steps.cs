using System.Globalization;
using System.Text.RegularExpressions;
using Mptcp.ControlPlane.Server.Policies.Reconciliation;
using Mptcp.ControlPlane.Server.Policies.Reconciliation.Endpoints;
using Mptcp.ControlPlane.Server.Telemetry;
using Mptcp.Native.Interop;
using Mptcp.Native.Netlink;
using Mptcp.Native.PathManagement;
using Endpoint = Mptcp.Native.PathManagement.Endpoint;

namespace Mptcp.ControlPlane.Server.Policies.Enforcement;

/// <content>Doing what a plan says.</content>
internal sealed partial class EndpointKeeper
{
    /// <summary>Takes the steps of a plan.</summary>
    /// <returns>False when it has to wait until a caller has chosen an address id.</returns>
    private bool Take(IReadOnlyList<EndpointStep> steps, KernelEndpoints kernel)
    {
        // As it is after the steps so far: ids are chosen by it.
        var all = kernel.All.ToList();
        foreach (var step in steps)
        {
            try
            {
                if (!Take(step, kernel, all))
                {
                    BeDue(Now + IdsAreChosen);
                    return false;
                }
            }
            catch (KernelRefusedException refusal)
            {
                Refuse(step, refusal);
            }
        }

        return true;
    }

    private bool Take(EndpointStep step, KernelEndpoints kernel, List<Endpoint> all)
    {
        switch (step.Kind)
        {
            case EndpointStepKind.Add: return Add(step.Want!, step.Endpoint, all);
            case EndpointStepKind.Delete: Delete(step.Endpoint!, kernel, all); break;
            case EndpointStepKind.Replace:
                Delete(step.Endpoint!, kernel, all);
                return Add(step.Want!, null, all);
            case EndpointStepKind.SetFlags:
                if (((step.Endpoint!.Flags ^ step.Want!.Flags) & EndpointFlags.FullMesh) != 0)
                    _memory.NoteEnded(kernel.SubflowsFrom(step.Want.Place));
                _commands.SetFlags(step.Endpoint.Id, step.Want.Flags);
                Check(step.Want);
                break;
            case EndpointStepKind.SetLimits:
                _made.AddLimits(kernel.Limits, step.Limits!);
                _commands.SetLimits(step.Limits!);
                _log.EndpointLimitsSet(_namespaceName, step.Limits!.Subflows, step.Limits.AcceptedAddresses, _policy!.Name);
                break;
            case EndpointStepKind.RestoreLimits: RestoreLimits(step.Limits); break;
            default: throw new ArgumentOutOfRangeException(nameof(step), step.Kind, "a step of no kind");
        }

        return true;
    }

    private bool Add(EndpointWant want, Endpoint? implicitly, List<Endpoint> all)
    {
        var endpoint = new Endpoint(want.Place.Address)
        {
            Port = (ushort)want.Place.Port,
            Flags = want.Flags,
            InterfaceIndex = want.InterfaceIndex,
        };
        if (implicitly is not null)
        {
            // The kernel takes it in the place of its own only without an id, and has it keep that one's.
            Make(endpoint with { Id = implicitly.Id }, _ => _commands.Add(endpoint));
        }
        else
        {
            switch (_ids.TryUse(want.Place, all, id => Make(endpoint with { Id = id }, _commands.Add)))
            {
                case PathIdOutcome.Busy: return false;
                case PathIdOutcome.NoneLeft: throw new KernelRefusedException("add-addr", Errno.OutOfRange, "all 255 address ids are in use");
            }
        }

        if (Check(want) is not { } made)
            return true;
        // The kernel's own may have gone in this moment, and its id with it.
        if (!_made.Endpoints.Contains(MadeEndpoint.Of(made)))
            _made.Add(MadeEndpoint.Of(made));
        all.Add(made);
        _log.EndpointAdded(_namespaceName, want.Place, made.Id, made.Flags, _policy!.Name);
        return true;
    }

    /// <summary>Has the kernel make an endpoint that is on record before it is there.</summary>
    private void Make(Endpoint endpoint, Action<Endpoint> add)
    {
        var made = MadeEndpoint.Of(endpoint);
        _made.Add(made);
        try
        {
            add(endpoint);
        }
        catch (KernelRefusedException)
        {
            _made.Remove(made);
            throw;
        }
    }

    private void Delete(Endpoint endpoint, KernelEndpoints kernel, List<Endpoint> all)
    {
        _memory.NoteEnded(kernel.SubflowsFrom(KernelEndpoints.PlaceOf(endpoint)));
        try
        {
            _commands.Delete(endpoint.Id);
        }
        catch (KernelRefusedException refusal) when (refusal.Errno == Errno.Invalid)
        {
            // Somebody was faster.
        }

        all.Remove(endpoint);
        _memory.NoteRoom();
        _made.Remove(MadeEndpoint.Of(endpoint));
        _log.EndpointDeleted(_namespaceName, KernelEndpoints.PlaceOf(endpoint), endpoint.Id);
    }

    private void RestoreLimits(EndpointLimits? limits)
    {
        if (limits is not null)
            _commands.SetLimits(limits);
        _made.RemoveLimits();
        if (limits is not null)
            _log.EndpointLimitsRestored(_namespaceName, limits.Subflows, limits.AcceptedAddresses);
    }

    /// <summary>Finds out whether the kernel took the flags: those that it does not know it drops without a word.</summary>
    /// <returns>The endpoint; null where somebody has deleted it since.</returns>
    private Endpoint? Check(EndpointWant want)
    {
        var there = _commands.List().FirstOrDefault(there => KernelEndpoints.PlaceOf(there).Equals(want.Place));
        if (there is not null && there.Flags != want.Flags)
            Fail(_memory.At(want.Place), $"this kernel does not take {want.Flags & ~there.Flags}", null, want.From);
        else
            _memory.At(want.Place).Forgive();
        return there;
    }

    /// <summary>Remembers that the kernel refused a step.</summary>
    private void Refuse(EndpointStep step, KernelRefusedException refusal)
    {
        if (step is { Kind: EndpointStepKind.SetLimits, Limits: { } limits } && refusal.Errno == Errno.Invalid && limits.Subflows > 0)
        {
            // The next plan knows what it takes; where it does not say, one less is tried.
            var named = HighestNamed.Match(refusal.KernelText ?? "");
            var highest = named.Success && uint.TryParse(named.ValueSpan, CultureInfo.InvariantCulture, out var number) ? number : uint.MaxValue;
            _memory.HighestLimit = Math.Min(highest, limits.Subflows - 1);
            return;
        }

        // Somebody made one of the address, or took the id, in this moment: the next plan sees it.
        if (step.Kind == EndpointStepKind.Add && (refusal.Errno == Errno.Exists || refusal.Errno == Errno.Busy))
            return;
        var isFull = refusal.Errno == Errno.OutOfRange || refusal.Errno == Errno.NoSpace;
        var failure = isFull ? $"the kernel takes no more endpoints: {refusal.Errno.Name}" : FailureWords.Of(refusal);
        var record = step.Place is { } place ? _memory.At(place) : _memory.Limits;
        if (record.Failure != failure)
            _log.EndpointRefused(_namespaceName, step.Kind, step.Place, failure);
        Fail(record, failure, refusal.Errno, step.Want?.From);
        if (isFull && step.Place is { } crowded)
            _memory.NoteFull(crowded);
    }

    private void Fail(PathRecord record, string failure, Errno? errno, HostPath? from)
    {
        var generation = from?.Generation ?? 0;
        var failures = record.HasFailedSince(generation) ? record.Failures + 1 : 1;
        // What was made for a policy that is no more is deleted without one.
        var retry = _policy?.Retry ?? new Model.RetryRule();
        var isFinal = (errno is { } known && retry.FinalErrors.Contains(known)) || (retry.Attempts > 0 && failures >= retry.Attempts);
        record.Fail(failure, failures, isFinal ? null : Now + retry.DelayAfter(failures, _random), Math.Max(generation, record.Generation));
    }

    // "limit greater than maximum (8)"
    [GeneratedRegex(@"(?<=\()\d+(?=\))", RegexOptions.CultureInvariant)]
    private static partial Regex HighestNamed { get; }
}
