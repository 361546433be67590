using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace Mptcp.ControlPlane.Server.Security.Tokens;

/// <summary>The keys of the issuer at one moment.</summary>
internal sealed class TokenKeySet
{
    private readonly ImmutableArray<TokenKey> _keys;
    private readonly FrozenSet<string> _thumbprints;

    private TokenKeySet(ImmutableArray<TokenKey> keys)
    {
        _keys = keys;
        _thumbprints = keys.Select(key => key.Thumbprint).ToFrozenSet(StringComparer.Ordinal);
    }

    public int Count => _keys.Length;

    /// <summary>Reads a JWKS.</summary>
    /// <exception cref="BrokenKeysException">It is none, or holds no key that is of use.</exception>
    public static TokenKeySet Parse(byte[] content)
    {
        var keys = ReadAll(content).Select(TokenKey.Read).OfType<TokenKey>().Where(key => !key.Algorithms.IsEmpty).ToImmutableArray();
        return keys.IsEmpty
            ? throw new BrokenKeysException("it holds no key that verifies signatures: EC on P-256 or P-384, or RSA")
            : new TokenKeySet(keys);
    }

    /// <summary>Whether a key is still one of them.</summary>
    public bool Contains(string thumbprint) => _thumbprints.Contains(thumbprint);

    /// <summary>Those that may have signed a token.</summary>
    /// <param name="algorithm">What it says it is signed with.</param>
    /// <param name="id">The key that it names; null or empty where it names none.</param>
    public IEnumerable<SecurityKey> Find(string algorithm, string? id) => _keys
        .Where(key => key.Algorithms.Contains(algorithm) && (string.IsNullOrEmpty(id) || key.Key.KeyId == id))
        .Select(key => key.Key);

    private static IEnumerable<JsonWebKey> ReadAll(byte[] content)
    {
        try
        {
            return new JsonWebKeySet(Encoding.UTF8.GetString(content)).Keys;
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException or FormatException or InvalidOperationException)
        {
            throw new BrokenKeysException("it holds no JSON Web Key Set, or is not yet written to its end", exception);
        }
    }
}
