using System.Net;
using Mptcp.ControlPlane.Server.Policies.Enforcement;
using Mptcp.Native.Interop;
using Mptcp.Native.Netlink;
using Mptcp.Native.PathManagement;
using Endpoint = Mptcp.Native.PathManagement.Endpoint;

namespace Mptcp.ControlPlane.Server.Tests.Policies.Endpoints;

/// <summary>The kernel's own path manager, played: it takes and refuses what Linux 6.18 takes and refuses.</summary>
internal sealed class SimulatedEndpoints : IEndpointCommands
{
    private readonly List<Endpoint> _all = [];
    private byte _last;

    /// <summary>The highest limit, and the most endpoints, that it takes.</summary>
    public uint Highest { get; set; } = 8;

    /// <summary>Whether it says in words what the highest limit is.</summary>
    public bool NamesHighest { get; set; } = true;

    public EndpointLimits Limits { get; set; } = new(2, 0);

    /// <summary>How often it was told to change something.</summary>
    public int Commands { get; private set; }

    /// <summary>Happens before each change that it is told, such as the daemon's sudden end.</summary>
    public Action BeforeChange { get; set; } = static () => { };

    /// <summary>Happens after each change.</summary>
    public Action AfterChange { get; set; } = static () => { };

    /// <summary>The subflows of an endpoint that is deleted end.</summary>
    public Action<Endpoint> Ended { get; set; } = static _ => { };

    public IReadOnlyList<Endpoint> All => _all;

    /// <summary>The endpoints in words: "198.18.1.1 Subflow, FullMesh".</summary>
    public IEnumerable<string> Words => _all.Select(one => one.Port == 0 ? $"{one.Address} {one.Flags}" : $"{new IPEndPoint(one.Address, one.Port)} {one.Flags}").Order();

    public IReadOnlyList<Endpoint> List() => [.. _all.OrderBy(one => one.Id)];

    public EndpointLimits GetLimits() => Limits;

    public void Add(Endpoint endpoint) => Change(() => AddNow(endpoint));

    public void Delete(byte id) => Change(() => DeleteNow(id));

    public void SetFlags(byte id, EndpointFlags flags) => Change(() =>
    {
        var place = _all.FindIndex(one => one.Id == id);
        if (place < 0)
            throw Refusal(Errno.Invalid, "address not found");
        if (flags.HasFlag(EndpointFlags.FullMesh) && _all[place].Flags.HasFlag(EndpointFlags.Signal))
            throw Refusal(Errno.Invalid, "invalid addr flags");
        const EndpointFlags changeable = EndpointFlags.Backup | EndpointFlags.FullMesh;
        _all[place] = _all[place] with { Flags = (_all[place].Flags & ~changeable) | (flags & changeable) };
    });

    public void SetLimits(EndpointLimits limits) => Change(() =>
    {
        if (limits.Subflows > Highest || limits.AcceptedAddresses > Highest)
            throw Refusal(Errno.Invalid, NamesHighest ? $"limit greater than maximum ({Highest})" : null);
        Limits = limits;
    });

    /// <summary>Adds one on somebody else's behalf.</summary>
    public void AddNow(Endpoint endpoint)
    {
        if (endpoint.Flags.HasFlag(EndpointFlags.Signal | EndpointFlags.FullMesh))
            throw Refusal(Errno.Invalid, "flags mustn't have both signal and fullmesh");
        if (endpoint.Port != 0 && (endpoint.Flags & (EndpointFlags.Signal | EndpointFlags.Subflow)) != EndpointFlags.Signal)
            throw Refusal(Errno.Invalid, "flags must have signal and not subflow when using port");
        if (_all.Count >= Highest)
            throw Refusal(Errno.OutOfRange, "too many addresses or duplicate one: -34");
        if (_all.Exists(one => one.Id == endpoint.Id))
            throw Refusal(Errno.Busy, "too many addresses or duplicate one: -16");
        var same = _all.Find(one => one.Address.Equals(endpoint.Address) && one.Port == endpoint.Port);
        if (same is not null && !same.Flags.HasFlag(EndpointFlags.Implicit))
            throw Refusal(Errno.Exists, "too many addresses or duplicate one: -17");
        if (same is not null && endpoint.Id != 0)
            throw Refusal(Errno.Invalid, "too many addresses or duplicate one: -22");
        if (same is not null)
            _all.Remove(same);
        _all.Add(endpoint with { Id = same?.Id ?? (endpoint.Id != 0 ? endpoint.Id : NextId()) });
    }

    /// <summary>Deletes one on somebody else's behalf.</summary>
    public void DeleteNow(byte id)
    {
        var endpoint = _all.Find(one => one.Id == id) ?? throw Refusal(Errno.Invalid, "address not found");
        _all.Remove(endpoint);
        Ended(endpoint);
    }

    /// <summary>Finds one.</summary>
    public Endpoint? Find(string address, ushort port = 0) => _all.Find(one => one.Address.ToString() == address && one.Port == port);

    // The kernel gives none again until it has given all.
    private byte NextId()
    {
        do
            _last++;
        while (_last == 0 || _all.Exists(one => one.Id == _last));
        return _last;
    }

    private void Change(Action change)
    {
        Commands++;
        BeforeChange();
        change();
        AfterChange();
    }

    private static KernelRefusedException Refusal(Errno errno, string? words) => new("mptcp_pm", errno, words);
}
