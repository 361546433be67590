using Mptcp.ControlPlane.Server.Kernel.Commands;
using Mptcp.ControlPlane.Server.Policies.Model;
using Mptcp.ControlPlane.Server.Policies.Reconciliation;
using Mptcp.ControlPlane.Server.Policies.Reconciliation.Endpoints;
using Mptcp.ControlPlane.Server.Policies.Revisions;
using Mptcp.ControlPlane.Server.State.Events;
using Mptcp.ControlPlane.Server.Telemetry;

namespace Mptcp.ControlPlane.Server.Policies.Enforcement;

/// <summary>
/// Keeps the endpoints and limits of one namespace as the policies of the mode kernel want them, and touches no endpoint that somebody
/// else made. The kernel loop's thread alone uses it.
/// </summary>
internal sealed partial class EndpointKeeper
{
    // No event tells that somebody deleted an endpoint, or set the limits.
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    // While a caller chooses an address id.
    private static readonly TimeSpan IdsAreChosen = TimeSpan.FromMilliseconds(1);

    private static readonly TimeSpan KernelPause = TimeSpan.FromSeconds(1);

    // What a step comes upon may ask for another plan, and that for one more.
    private const int MostPlans = 16;

    private readonly string _namespaceName;
    private readonly IEndpointCommands _commands;
    private readonly EndpointSurroundings _surroundings;
    private readonly PathIds _ids;
    private readonly MadeEndpoints _made;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly ILogger _log;
    private readonly long _origin;
    private readonly EndpointMemory _memory = new();
    private PolicyRevision? _revision;
    private PathPolicy? _policy;
    private HostPaths _host = HostPaths.None;
    private bool _hostChanged = true;
    private bool _changed;
    private string? _problem;
    private TimeSpan _due;

    /// <param name="namespaceName">The name of the namespace.</param>
    /// <param name="commands">What the kernel is told to do.</param>
    /// <param name="surroundings">What else there is in the namespace.</param>
    /// <param name="ids">The ids of addresses.</param>
    /// <param name="made">What policies have made in the namespace.</param>
    /// <param name="time">The time.</param>
    /// <param name="random">What retries are spread by.</param>
    /// <param name="log">Hears what is made, deleted and refused.</param>
    public EndpointKeeper(
        string namespaceName, IEndpointCommands commands, EndpointSurroundings surroundings, PathIds ids, MadeEndpoints made, TimeProvider time,
        Random random, ILogger log)
    {
        (_namespaceName, _commands, _surroundings, _ids, _made) = (namespaceName, commands, surroundings, ids, made);
        (_time, _random, _log, _origin) = (time, random, log, time.GetTimestamp());
    }

    /// <summary>How long it is until the namespace has to be compared.</summary>
    public TimeSpan UntilDue
    {
        get
        {
            if (!IsKeeping)
                return Timeout.InfiniteTimeSpan;
            var left = _due - Now;
            return _changed || left < TimeSpan.Zero ? TimeSpan.Zero : left;
        }
    }

    private TimeSpan Now => _time.GetElapsedTime(_origin);

    // Until a revision is known, what an earlier daemon made may still be wanted.
    private bool IsKeeping => _revision is { Enforcement: PolicyEnforcement.Enforce } && (_policy is not null || !_made.IsEmpty);

    /// <summary>Has other policies hold.</summary>
    public void Adopt(PolicyRevision revision)
    {
        var policy = revision.Document.FindForNamespace(_namespaceName);
        if (!Equals(policy, _policy))
            _memory.Forgive();
        (_revision, _policy, _changed) = (revision, policy, true);
    }

    /// <summary>Takes what changed of this host's addresses.</summary>
    public void Observe(StateEvent told)
    {
        if (told.Type is StateEventType.InterfaceAdded or StateEventType.InterfaceChanged or StateEventType.InterfaceRemoved
            or StateEventType.LocalAddressAdded or StateEventType.LocalAddressChanged or StateEventType.LocalAddressRemoved)
        {
            (_hostChanged, _changed) = (true, true);
        }
    }

    /// <summary>Compares, where that is due, and does the difference.</summary>
    public void Keep()
    {
        if (UntilDue != TimeSpan.Zero)
            return;
        _changed = false;
        _due = Now + Interval;
        try
        {
            _memory.ForgetEnded(_surroundings.ListConnections());
            for (var plans = 0; plans < MostPlans; plans++)
            {
                var kernel = Read();
                Forget(kernel);
                var plan = EndpointPlanner.Plan(_policy, Host, kernel, _memory, Now);
                if (plan.Due is { } due)
                    BeDue(due);
                if (plan.Steps.Count == 0)
                {
                    Succeed();
                    return;
                }

                if (!Take(plan.Steps, kernel))
                    return;
            }

            BeDue(Now + KernelPause);
        }
        catch (Exception failure) when (KernelSockets.IsKernelFailure(failure) || failure is IOException)
        {
            Fail(failure);
        }
    }

    /// <summary>Explains the namespace.</summary>
    /// <param name="document">The policies; null for those that hold.</param>
    public NamespaceExplanation Explain(PolicyDocument? document)
    {
        var policy = document is null ? _policy : document.FindForNamespace(_namespaceName);
        try
        {
            var notes = new EndpointNotes(moment => _time.GetUtcNow() + (moment - Now));
            EndpointPlanner.Plan(policy, Host, Read(), _memory, Now, notes);
            return notes.Explain(_namespaceName, policy);
        }
        catch (Exception failure) when (KernelSockets.IsKernelFailure(failure))
        {
            return new NamespaceExplanation(_namespaceName, policy, $"the kernel could not be asked: {FailureWords.Of(failure)}");
        }
    }

    private HostPaths Host
    {
        get
        {
            if (_hostChanged)
                _host = _host.Next(_surroundings.ListInterfaces(), []);
            _hostChanged = false;
            return _host;
        }
    }

    private KernelEndpoints Read() => new(_commands.List(), _commands.GetLimits())
    {
        Made = _made.Endpoints,
        SetLimits = _made.Limits,
        Connections = _surroundings.ListConnections(),
    };

    /// <summary>Forgets what somebody else has deleted: what is made there later is not a policy's.</summary>
    private void Forget(KernelEndpoints kernel)
    {
        var there = kernel.All.Where(endpoint => !endpoint.Flags.HasFlag(Mptcp.Native.PathManagement.EndpointFlags.Implicit))
            .Select(MadeEndpoint.Of).ToHashSet();
        foreach (var gone in _made.Endpoints.Where(made => !there.Contains(made)).ToList())
            _made.Remove(gone);
    }

    private void BeDue(TimeSpan moment) => _due = moment < _due ? moment : _due;

    private void Succeed() => _problem = null;

    private void Fail(Exception failure)
    {
        // Of what fails again and again the log hears once.
        if (_problem != failure.Message)
            _log.EndpointsNotKept(_namespaceName, failure.Message);
        _problem = failure.Message;
        BeDue(Now + KernelPause);
    }
}
