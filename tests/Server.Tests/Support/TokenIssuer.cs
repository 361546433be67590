using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Mptcp.ControlPlane.Server.Security.Tokens;

namespace Mptcp.ControlPlane.Server.Tests.Support;

/// <summary>Issues tokens, with nothing of the library that judges them. The file of its keys has those that it began with.</summary>
internal sealed class TokenIssuer : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public TokenIssuer()
    {
        Rules = new TokenRules("https://issuer.test.example", "mptcp-controld", _directory.File("keys.json"));
        Write(CurveKey(), RsaKey());
    }

    public TokenRules Rules { get; }

    public ECDsa Curve { get; set; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public RSA Rsa { get; } = RSA.Create(2_048);

    /// <summary>What a good token claims.</summary>
    public JsonObject Claims(string subject, DateTimeOffset expires) => new()
    {
        ["iss"] = Rules.Issuer,
        ["aud"] = Rules.Audience,
        ["sub"] = subject,
        ["exp"] = expires.ToUnixTimeSeconds(),
    };

    /// <summary>A good token.</summary>
    public string Issue(string subject, DateTimeOffset expires) => Sign(Claims(subject, expires));

    /// <summary>A token that claims what is given, right or not.</summary>
    /// <param name="claims">What it claims.</param>
    /// <param name="algorithm">What it says that it is signed with; ES256 and RS256 are true.</param>
    /// <param name="key">The key that it names.</param>
    /// <param name="sign">Signs it otherwise.</param>
    public string Sign(JsonObject claims, string algorithm = "ES256", string? key = null, Func<byte[], byte[]>? sign = null)
    {
        var header = new JsonObject { ["alg"] = algorithm, ["typ"] = "JWT", ["kid"] = key ?? (algorithm == "RS256" ? "rsa" : "curve") };
        return Sign(header, claims, sign ?? (algorithm == "RS256"
            ? data => Rsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : data => Curve.SignData(data, HashAlgorithmName.SHA256)));
    }

    public static string Sign(JsonObject header, JsonObject claims, Func<byte[], byte[]> sign)
    {
        var signed = $"{Encode(header)}.{Encode(claims)}";
        return $"{signed}.{Base64Url.EncodeToString(sign(Encoding.ASCII.GetBytes(signed)))}";
    }

    public JsonObject CurveKey(string id = "curve")
    {
        var point = Curve.ExportParameters(includePrivateParameters: false).Q;
        return new JsonObject
        {
            ["kty"] = "EC",
            ["crv"] = "P-256",
            ["kid"] = id,
            ["x"] = Base64Url.EncodeToString(point.X),
            ["y"] = Base64Url.EncodeToString(point.Y),
        };
    }

    public JsonObject RsaKey()
    {
        var parameters = Rsa.ExportParameters(includePrivateParameters: false);
        return new JsonObject
        {
            ["kty"] = "RSA",
            ["kid"] = "rsa",
            ["use"] = "sig",
            ["n"] = Base64Url.EncodeToString(parameters.Modulus),
            ["e"] = Base64Url.EncodeToString(parameters.Exponent),
        };
    }

    /// <summary>Puts other keys into the file.</summary>
    public void Write(params JsonObject[] keys) => WriteText(new JsonObject { ["keys"] = new JsonArray([.. keys]) }.ToJsonString());

    public void WriteText(string text) => File.WriteAllText(Rules.KeyFile, text);

    public void Dispose()
    {
        Curve.Dispose();
        Rsa.Dispose();
        _directory.Dispose();
    }

    private static string Encode(JsonObject part) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(part.ToJsonString()));
}
