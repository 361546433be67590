using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Mptcp.ControlPlane.Server.Hosting;
using Mptcp.ControlPlane.Server.Security.Tokens;
using Mptcp.ControlPlane.Server.Tests.Support;

namespace Mptcp.ControlPlane.Server.Tests.Security.Tokens;

public sealed class TokenValidatorTests : IDisposable
{
    private const string UnknownKey = "it is signed with a key that is not in tokens.keys";
    private const string BadSignature = "it has no signature, or one that is not right";
    private const string BadAlgorithm = "it is not signed with one of ES256, ES384, RS256, RS384, RS512, PS256, PS384, PS512";

    // Far from the machine's clock, by which nothing is to be judged.
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2031, 5, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly TokenIssuer _issuer = new();
    private readonly CollectedLog _log = new();
    private readonly TokenValidator _validator;

    public TokenValidatorTests() => _validator = new TokenValidator(_issuer.Rules, NewKeys(), _time);

    private JsonObject Claims => _issuer.Claims("alice", _time.GetUtcNow().AddMinutes(5));

    [Theory]
    [InlineData("ES256")]
    [InlineData("RS256")]
    public async Task A_token_that_the_issuer_has_signed_proves_its_subject(string algorithm)
    {
        var verdict = await _validator.ValidateAsync(_issuer.Sign(Claims, algorithm));
        var token = Assert.IsType<TokenVerdict.Good>(verdict).Token;
        Assert.Equal(("token:alice", _time.GetUtcNow().AddMinutes(5) + TokenValidator.Skew), (token.Name, token.End));
    }

    [Fact]
    public async Task Other_times_issuers_audiences_and_subjects_are_refused()
    {
        var now = _time.GetUtcNow();
        await IsBadAsync("it expired at 2031-05-01T11:59:30Z", With("exp", now.AddSeconds(-30).ToUnixTimeSeconds()));
        await IsBadAsync("it is not valid before 2031-05-01T12:00:31Z", With("nbf", now.AddSeconds(31).ToUnixTimeSeconds()));
        await IsBadAsync("it says no time at which it expires (exp)", With("exp", null));
        await IsBadAsync("it is not of the issuer \"https://issuer.test.example\"", With("iss", "https://issuer.test.example/"));
        await IsBadAsync("it is not of the issuer \"https://issuer.test.example\"", With("iss", null));
        await IsBadAsync("it is not for \"mptcp-controld\"", With("aud", "another"));
        await IsBadAsync("it is not for \"mptcp-controld\"", With("aud", null));
        await IsBadAsync("it must be of a subject (sub), of at most 256 letters", With("sub", null));
        await IsBadAsync("it must be of a subject (sub), of at most 256 letters", With("sub", new string('a', 257)));

        // Clocks may differ by half a minute.
        await IsGoodAsync(With("exp", now.AddSeconds(-29).ToUnixTimeSeconds()));
        await IsGoodAsync(With("nbf", now.AddSeconds(30).ToUnixTimeSeconds()));
        await IsGoodAsync(With("aud", new JsonArray("another", "mptcp-controld")));
    }

    [Fact]
    public async Task What_nobody_has_signed_with_a_key_of_the_issuer_is_refused()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await IsBadAsync(UnknownKey, _issuer.Sign(Claims, key: "unknown"));
        await IsBadAsync(BadSignature, _issuer.Sign(Claims, sign: data => other.SignData(data, HashAlgorithmName.SHA256)));
        await IsBadAsync(BadSignature, _issuer.Sign(Claims, "none", sign: _ => []));
        await IsBadAsync(BadAlgorithm, _issuer.Sign(Claims, "none"));
        // The public key is no secret.
        await IsBadAsync(BadAlgorithm, _issuer.Sign(Claims, "HS256", "rsa", data => HMACSHA256.HashData(_issuer.Rsa.ExportSubjectPublicKeyInfo(), data)));
        // A key for one kind of signature is not tried for another.
        await IsBadAsync(UnknownKey, _issuer.Sign(Claims, "RS256", "curve"));
        await IsBadAsync(UnknownKey, _issuer.Sign(Claims, "ES384", "curve"));

        var parts = _issuer.Issue("alice", _time.GetUtcNow().AddMinutes(5)).Split('.');
        var root = _issuer.Issue("root", _time.GetUtcNow().AddMinutes(5)).Split('.');
        await IsBadAsync(BadSignature, $"{parts[0]}.{root[1]}.{parts[2]}");
    }

    [Fact]
    public async Task What_is_too_long_or_no_token_is_refused()
    {
        await IsBadAsync("it is longer than 8192 bytes", With("more", new string('a', 8_192)));
        foreach (var text in new[] { "x", "a.b", "a.b.c", "..", "....", "e30.e30.e30", new string('.', 8_000) })
            Assert.IsType<TokenVerdict.Bad>(await _validator.ValidateAsync(text));
        var header = new JsonObject { ["alg"] = "ES256", ["kid"] = "curve", ["crit"] = new JsonArray("b64"), ["b64"] = false };
        await IsBadAsync(
            "it has extensions that must be understood (crit), and no such are known here",
            TokenIssuer.Sign(header, Claims, data => _issuer.Curve.SignData(data, HashAlgorithmName.SHA256)));
    }

    [Fact]
    public async Task Keys_are_followed_in_their_file_and_what_is_broken_is_told_once()
    {
        var before = _issuer.Sign(Claims);
        var token = Assert.IsType<TokenVerdict.Good>(await _validator.ValidateAsync(before)).Token;
        using var old = _issuer.Curve;
        _issuer.Curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        foreach (var broken in new[] { "", "{", "{ \"keys\": [", "{}", "{ \"keys\": [ { \"kty\": \"oct\", \"k\": \"c2VjcmV0\" } ] }" })
        {
            _issuer.WriteText(broken);
            for (var look = 0; look < 2; look++)
            {
                _time.Advance(TimeSpan.FromSeconds(1));
                await IsGoodAsync(before);
            }
        }

        Assert.Equal(
            ["it holds no JSON Web Key Set, or is not yet written to its end", "it holds no key that verifies signatures: EC on P-256 or P-384, or RSA"],
            _log.Entries.Where(entry => entry.Level == LogLevel.Error).Select(entry => entry.Message.Split("keys.json: ")[1]));

        // Under the same name: what counts is the key.
        _issuer.Write(_issuer.CurveKey());
        await IsGoodAsync(before);
        _time.Advance(TimeSpan.FromSeconds(1));
        await IsBadAsync(BadSignature, before);
        Assert.Equal("the key that signed it is not in tokens.keys any more", _validator.FindObjection(token));
        await IsGoodAsync(_issuer.Sign(Claims));
    }

    [Fact]
    public void A_daemon_does_not_start_with_keys_that_it_cannot_use()
    {
        var weak = _issuer.RsaKey();
        weak["kid"] = "weak";
        using var small = RSA.Create(1_024);
        weak["n"] = Base64Url.EncodeToString(small.ExportParameters(includePrivateParameters: false).Modulus);
        _issuer.Write(_issuer.CurveKey("one"), weak);
        Assert.Contains("the key \"weak\" has 1024 bits", Assert.Throws<StartupException>(NewKeys).Message, StringComparison.Ordinal);
        File.Delete(_issuer.Rules.KeyFile);
        Assert.Contains("keys.json cannot be read", Assert.Throws<StartupException>(NewKeys).Message, StringComparison.Ordinal);
    }

    public void Dispose() => _issuer.Dispose();

    private TokenKeys NewKeys()
    {
        using var factory = LoggerFactory.Create(logging => logging.AddProvider(_log));
        return new TokenKeys(_issuer.Rules, _time, factory.CreateLogger<TokenKeys>());
    }

    private string With(string claim, JsonNode? value)
    {
        var claims = Claims;
        if (value is null)
            claims.Remove(claim);
        else
            claims[claim] = value;
        return _issuer.Sign(claims);
    }

    private async Task IsGoodAsync(string token) => Assert.IsType<TokenVerdict.Good>(await _validator.ValidateAsync(token));

    private async Task IsBadAsync(string why, string token)
        => Assert.Equal(why, Assert.IsType<TokenVerdict.Bad>(await _validator.ValidateAsync(token)).Why);
}
