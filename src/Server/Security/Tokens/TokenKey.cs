using System.Collections.Immutable;
using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;

namespace Mptcp.ControlPlane.Server.Security.Tokens;

/// <summary>A public key of the issuer.</summary>
/// <param name="Key">The key.</param>
/// <param name="Algorithms">What it may sign with, as RFC 7518 spells it. A key for several would let a caller choose the weakest.</param>
internal sealed record TokenKey(AsymmetricSecurityKey Key, ImmutableArray<string> Algorithms)
{
    private const int LeastRsaBits = 2_048;

    private static readonly ImmutableArray<string> OfRsa =
    [
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSha384, SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.RsaSsaPssSha384, SecurityAlgorithms.RsaSsaPssSha512,
    ];

    /// <summary>All algorithms that tokens may be signed with. None of them has a secret that the daemon would have to keep.</summary>
    public static readonly ImmutableArray<string> AllAlgorithms = [SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384, .. OfRsa];

    /// <summary>Tells the key from others, whatever it is called (RFC 7638).</summary>
    public string Thumbprint { get; } = ThumbprintOf(Key);

    /// <inheritdoc cref="Thumbprint" />
    public static string ThumbprintOf(SecurityKey key) => Base64UrlEncoder.Encode(key.ComputeJwkThumbprint());

    /// <summary>Takes a key over; null where it is not for signatures, or of a kind that signs nothing here.</summary>
    /// <exception cref="BrokenKeysException">It is of such a kind, and broken or too weak.</exception>
    public static TokenKey? Read(JsonWebKey key)
    {
        if (!string.IsNullOrEmpty(key.Use) && key.Use != JsonWebKeyUseNames.Sig)
            return null;
        try
        {
            var found = key.Kty switch
            {
                JsonWebAlgorithmsKeyTypes.EllipticCurve => ReadCurve(key),
                JsonWebAlgorithmsKeyTypes.RSA => ReadRsa(key),
                _ => null,
            };
            return found is null || string.IsNullOrEmpty(key.Alg) ? found
                : found with { Algorithms = [.. found.Algorithms.Where(algorithm => algorithm == key.Alg)] };
        }
        catch (Exception exception) when (exception is FormatException or CryptographicException or ArgumentException)
        {
            throw new BrokenKeysException($"the key \"{key.Kid}\" is broken: {exception.Message.ReplaceLineEndings(" ")}", exception);
        }
    }

    private static TokenKey? ReadCurve(JsonWebKey key)
    {
        (ECCurve Curve, string Algorithm)? known = key.Crv switch
        {
            JsonWebKeyECTypes.P256 => (ECCurve.NamedCurves.nistP256, SecurityAlgorithms.EcdsaSha256),
            JsonWebKeyECTypes.P384 => (ECCurve.NamedCurves.nistP384, SecurityAlgorithms.EcdsaSha384),
            _ => null,
        };
        if (known is not { } found)
            return null;
        var point = new ECPoint { X = Base64UrlEncoder.DecodeBytes(key.X), Y = Base64UrlEncoder.DecodeBytes(key.Y) };
        // Only what is public is taken, whatever else the file holds.
        var curve = ECDsa.Create(new ECParameters { Curve = found.Curve, Q = point });
        return new TokenKey(new ECDsaSecurityKey(curve) { KeyId = key.Kid }, [found.Algorithm]);
    }

    private static TokenKey ReadRsa(JsonWebKey key)
    {
        var parameters = new RSAParameters { Modulus = Base64UrlEncoder.DecodeBytes(key.N), Exponent = Base64UrlEncoder.DecodeBytes(key.E) };
        using (var check = RSA.Create(parameters))
        {
            if (check.KeySize < LeastRsaBits)
                throw new BrokenKeysException($"the key \"{key.Kid}\" has {check.KeySize} bits, and RSA needs {LeastRsaBits} at least");
        }

        return new TokenKey(new RsaSecurityKey(parameters) { KeyId = key.Kid }, OfRsa);
    }
}
