namespace Mptcp.ControlPlane.Server.Security.Tokens;

/// <summary>Puts the judging of tokens together.</summary>
internal static class TokenSetup
{
    /// <summary>Adds it, where an issuer is configured.</summary>
    public static void AddTokens(this IServiceCollection services, TokenRules? rules)
    {
        if (rules is null)
            return;
        services.AddSingleton(rules);
        services.AddSingleton<TokenKeys>();
        services.AddSingleton<TokenValidator>();
    }
}
