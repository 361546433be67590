using Mptcp.ControlPlane.Server.Services.Watching;
using Mptcp.Fuzzing.Engine;

namespace Mptcp.Fuzzing.Harnesses.Server;

/// <summary>Places in the event log, as watchers give them back.</summary>
internal sealed class ResumeTokenHarness() : Harness("resume-tokens")
{
    public override IReadOnlyList<byte[]> Seeds { get; } = Bytes(
        new ResumeToken(Guid.Empty, Guid.Empty, 0).ToString(),
        new ResumeToken(new Guid("11111111-2222-3333-4444-555555555555"), new Guid("99999999-aaaa-bbbb-cccc-dddddddddddd"), ulong.MaxValue).ToString());

    public override IReadOnlyList<byte[]> Words { get; } = Bytes("=", "==", "A", "AA", "-", "_", "+", "/", " ", "\n", "\t");

    public override void Take(byte[] input)
    {
        var text = Text(input);
        if (ResumeToken.TryParse(text) is { } token)
            BrokenPromiseException.Unless(token.ToString() == text, $"one place has one text: {token}");
    }
}
