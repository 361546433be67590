namespace Mptcp.ControlPlane.Server.Security.Tokens;

/// <summary>What was found of a token.</summary>
internal abstract record TokenVerdict
{
    private TokenVerdict()
    {
    }

    /// <summary>It is good.</summary>
    /// <param name="Token">What it proves.</param>
    public sealed record Good(ProvedToken Token) : TokenVerdict;

    /// <summary>It proves nothing.</summary>
    /// <param name="Why">What is wrong with it, as the rest of a sentence about it.</param>
    public sealed record Bad(string Why) : TokenVerdict;
}
