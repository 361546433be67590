using Mptcp.ControlPlane.Server.Security.Tokens;

namespace Mptcp.ControlPlane.Server.Hosting.Configuration;

/// <summary>Reads whose tokens prove callers, and notes everything that is wrong with it.</summary>
internal sealed class TokensReader(SettingsBuilder settings, ICollection<string> violations)
{
    private static readonly ConfigurationKey[] All = [ConfigurationKey.TokenIssuer, ConfigurationKey.TokenAudience, ConfigurationKey.TokenKeys];

    /// <summary>Reads it; null where tokens prove nothing.</summary>
    /// <param name="listen">Where callers are served over TCP; null for nowhere, and where that is broken.</param>
    public TokenRules? Read(Uri? listen)
    {
        var set = All.Where(key => settings.Find(key) is not null).ToList();
        if (set.Count == 0)
            return null;
        foreach (var missing in All.Except(set))
            violations.Add($"{missing}: is needed, as {set[0]} is set");
        foreach (var empty in set.Where(key => string.IsNullOrWhiteSpace(settings.Find(key))))
            violations.Add($"{empty}: must not be empty");
        var file = settings.Find(ConfigurationKey.TokenKeys);
        if (!string.IsNullOrWhiteSpace(file)
            && (!Path.IsPathFullyQualified(file) || file.EndsWith('/') || file.Contains('\0', StringComparison.Ordinal)))
            violations.Add($"{ConfigurationKey.TokenKeys}: must be the absolute path of a file, and is \"{file}\"");
        // What is wrong with the address has been told, if it is that.
        if (listen is null ? settings.Find(ConfigurationKey.Listen) is null : listen.Scheme != Uri.UriSchemeHttps)
        {
            violations.Add(
                $"{set[0]}: tokens are for https, and {ConfigurationKey.Listen} is {(listen is null ? "not set" : $"\"{listen.OriginalString}\"")}");
        }

        return set.Count < All.Length
            ? null
            : new TokenRules(settings.Find(ConfigurationKey.TokenIssuer)!, settings.Find(ConfigurationKey.TokenAudience)!, file!);
    }
}
