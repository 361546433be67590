using Mptcp.ControlPlane.Server.Services.Connections;
using Mptcp.Fuzzing.Engine;

namespace Mptcp.Fuzzing.Harnesses.Server;

/// <summary>Where pages of lists ended, as callers give them back.</summary>
internal sealed class PageTokenHarness() : Harness("page-tokens")
{
    private static readonly Guid Epoch = new("11111111-2222-3333-4444-555555555555");

    public override IReadOnlyList<byte[]> Seeds { get; } = Bytes(
        new PageToken(Epoch, 0, 1, 2, "self").ToString(),
        new PageToken(Epoch, ulong.MaxValue, ulong.MaxValue, uint.MaxValue, "a long name: é ü").ToString());

    public override IReadOnlyList<byte[]> Words { get; } = Bytes("=", "==", "A", "AA", "-", "_", "+", "/", " ", "\n", "\t");

    public override void Take(byte[] input)
    {
        var text = Text(input);
        if (PageToken.TryParse(text) is not { } token)
            return;
        BrokenPromiseException.Unless(token.ToString() == text, $"one place has one text: {token}");
        BrokenPromiseException.Unless(token.PlaceAfter([]) == 0, "an empty list begins at its end");
    }
}
