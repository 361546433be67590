using Mptcp.ControlPlane.Server.Services.Sampling;

namespace Mptcp.ControlPlane.Server.Tests.Services.Sampling;

/// <summary>Reads one thing after the other, and the last for ever; nothing at all is the end.</summary>
internal sealed class ScriptedSource(params IReadOnlyList<ConnectionSockets>[] reads) : SampleSource
{
    private int _next;
    private bool _ended;

    public override bool HasEnded => _ended;

    /// <summary>How often it was read.</summary>
    public int Count { get; private set; }

    public override IReadOnlyList<ConnectionSockets> Read()
    {
        Count++;
        var read = reads[_next];
        _next = Math.Min(_next + 1, reads.Length - 1);
        _ended = read.Count == 0;
        return read;
    }
}
