using System.Globalization;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Mptcp.ControlPlane.Server.Security.Tokens;

/// <summary>Judges tokens: JWTs that the issuer has signed (RFC 7519, RFC 8725).</summary>
internal sealed class TokenValidator
{
    /// <summary>How long a token may be, in letters.</summary>
    public const int LongestToken = 8 * 1024;

    // A subject is a name for people and patterns.
    private const int LongestSubject = 256;

    /// <summary>What the issuer's clock and this one may differ by.</summary>
    public static readonly TimeSpan Skew = TimeSpan.FromSeconds(30);

    private readonly JsonWebTokenHandler _handler = new() { MaximumTokenSizeInBytes = LongestToken };
    private readonly TokenValidationParameters _parameters;
    private readonly TokenRules _rules;
    private readonly TokenKeys _keys;
    private readonly TimeProvider _time;

    public TokenValidator(TokenRules rules, TokenKeys keys, TimeProvider time)
    {
        _rules = rules;
        _keys = keys;
        _time = time;
        _parameters = new TokenValidationParameters
        {
            ValidIssuer = rules.Issuer,
            ValidAudience = rules.Audience,
            ValidAlgorithms = TokenKey.AllAlgorithms,
            IssuerSigningKeyResolver = (_, token, id, _) => FindKeys((JsonWebToken)token, id),
            TryAllIssuerSigningKeys = false,
            RequireExpirationTime = true,
            LifetimeValidator = (from, to, _, _) => CheckLife(from, to),
            // A token is judged once for a connection: what a cache would save does not pay for keys that stay in it.
            CryptoProviderFactory = new CryptoProviderFactory { CacheSignatureProviders = false },
        };
    }

    /// <summary>Judges a token.</summary>
    public async Task<TokenVerdict> ValidateAsync(string text)
    {
        if (text.Length > LongestToken)
            return new TokenVerdict.Bad($"it is longer than {LongestToken} bytes");
        var result = await _handler.ValidateTokenAsync(text, _parameters);
        if (!result.IsValid)
            return new TokenVerdict.Bad(Describe(result.Exception));
        var token = (JsonWebToken)result.SecurityToken;
        if (string.IsNullOrEmpty(token.Subject) || token.Subject.Length > LongestSubject || token.Subject.Any(char.IsControl))
            return new TokenVerdict.Bad($"it must be of a subject (sub), of at most {LongestSubject} letters");
        return new TokenVerdict.Good(new ProvedToken(token.Subject, EndOf(token.ValidTo), TokenKey.ThumbprintOf(token.SigningKey)));
    }

    /// <summary>What speaks now against a token that was good; null where nothing does.</summary>
    public string? FindObjection(ProvedToken token)
    {
        if (_time.GetUtcNow() >= token.End)
            return "it has expired";
        return _keys.Current.Contains(token.KeyThumbprint) ? null : "the key that signed it is not in tokens.keys any more";
    }

    private IEnumerable<SecurityKey> FindKeys(JsonWebToken token, string id)
    {
        if (!TokenKey.AllAlgorithms.Contains(token.Alg))
            throw new SecurityTokenInvalidAlgorithmException { InvalidAlgorithm = token.Alg };
        // RFC 7515, section 4.1.11: what has to be understood and is not makes the token invalid.
        if (token.TryGetHeaderValue<object>("crit", out _))
            throw new SecurityTokenInvalidTypeException();
        return _keys.Current.Find(token.Alg, id);
    }

    private bool CheckLife(DateTime? from, DateTime? to)
    {
        var now = _time.GetUtcNow();
        if (to is not { } end)
            throw new SecurityTokenNoExpirationException();
        if (now >= EndOf(end))
            throw new SecurityTokenExpiredException { Expires = end };
        if (from is { } begin && now + Skew < Utc(begin))
            throw new SecurityTokenNotYetValidException { NotBefore = begin };
        return true;
    }

    // The words of the library tell more than is good to tell those who try tokens.
    private string Describe(Exception exception) => exception switch
    {
        SecurityTokenInvalidAlgorithmException => $"it is not signed with one of {string.Join(", ", TokenKey.AllAlgorithms)}",
        SecurityTokenInvalidTypeException => "it has extensions that must be understood (crit), and no such are known here",
        SecurityTokenSignatureKeyNotFoundException => "it is signed with a key that is not in tokens.keys",
        SecurityTokenInvalidSignatureException => "it has no signature, or one that is not right",
        SecurityTokenNoExpirationException => "it says no time at which it expires (exp)",
        SecurityTokenExpiredException expired => $"it expired at {Text(expired.Expires)}",
        SecurityTokenNotYetValidException early => $"it is not valid before {Text(early.NotBefore)}",
        SecurityTokenInvalidIssuerException => $"it is not of the issuer \"{_rules.Issuer}\"",
        SecurityTokenInvalidAudienceException => $"it is not for \"{_rules.Audience}\"",
        _ => "it is not a JSON Web Token that can be read",
    };

    private static string Text(DateTime time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    // What expires after the end of all time never does.
    private static DateTimeOffset EndOf(DateTime end) => Utc(end) < DateTimeOffset.MaxValue - Skew ? Utc(end) + Skew : DateTimeOffset.MaxValue;

    private static DateTimeOffset Utc(DateTime time) => new(DateTime.SpecifyKind(time, DateTimeKind.Utc));
}
