using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Mptcp.ControlPlane.Server.Security.Certificates.Names;

namespace Mptcp.ControlPlane.Server.Tests.Security.Certificates;

public sealed class CertificateNamesTests
{
    [Fact]
    public void A_certificate_is_called_by_its_SPIFFE_ID_its_DNS_names_and_its_subject()
    {
        var names = Of(alternatives =>
        {
            alternatives.AddDnsName("Edge.Example.org");
            alternatives.AddUri(new Uri("spiffe://example.org/ns/blue/edge"));
            alternatives.AddDnsName("other.example.org");
            alternatives.AddEmailAddress("edge@example.org");
        });
        Assert.Equal("spiffe://example.org/ns/blue/edge", names.SpiffeId);
        Assert.Equal(["edge.example.org", "other.example.org"], names.DnsNames);
        Assert.Equal("CN=edge", names.Subject);
    }

    [Theory]
    [InlineData("edge\nroot logged in")]
    [InlineData("edge\0.example.org")]
    [InlineData("edge example")]
    public void What_is_no_name_of_DNS_is_no_name_of_a_caller(string name)
    {
        var encoded = Encode(writer =>
        {
            using var sequence = writer.PushSequence();
            writer.WriteCharacterString(UniversalTagNumber.IA5String, name, new Asn1Tag(TagClass.ContextSpecific, 2));
            writer.WriteCharacterString(UniversalTagNumber.IA5String, "spiffe://example.org/edge", new Asn1Tag(TagClass.ContextSpecific, 6));
        });
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=edge", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509Extension("2.5.29.17", encoded, critical: false));
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddDays(1));
        var names = CertificateNames.Of(certificate);
        Assert.Empty(names.DnsNames);
        Assert.Null(names.SpiffeId);
    }

    [Fact]
    public void Two_URIs_are_no_SPIFFE_ID_though_one_of_them_is()
    {
        Assert.Null(Of(alternatives =>
        {
            alternatives.AddUri(new Uri("spiffe://example.org/edge"));
            alternatives.AddUri(new Uri("https://example.org/"));
        }).SpiffeId);
        Assert.Null(Of(alternatives => alternatives.AddUri(new Uri("https://example.org/"))).SpiffeId);
        Assert.Equal((null, 0), (Of(null).SpiffeId, Of(null).DnsNames.Count));
    }

    [Theory]
    [InlineData("spiffe://example.org", true)]
    [InlineData("spiffe://example.org/a/B-1._", true)]
    [InlineData("SPIFFE://example.org/a", false)]
    [InlineData("spiffe://Example.org/a", false)]
    [InlineData("spiffe://example.org/", false)]
    [InlineData("spiffe://example.org/a/", false)]
    [InlineData("spiffe://example.org//a", false)]
    [InlineData("spiffe://example.org/./a", false)]
    [InlineData("spiffe://example.org/a/../b", false)]
    [InlineData("spiffe://example.org/%61", false)]
    [InlineData("spiffe://example.org:443/a", false)]
    [InlineData("spiffe://me@example.org/a", false)]
    [InlineData("spiffe://example.org/a?b", false)]
    [InlineData("spiffe://example.org/a#b", false)]
    [InlineData("spiffe:///a", false)]
    [InlineData("http://example.org/a", false)]
    public void A_SPIFFE_ID_has_one_spelling(string uri, bool isOne) => Assert.Equal(isOne, SpiffeId.IsValid(uri));

    [Theory]
    [InlineData("edge", "CN=edge")]
    [InlineData(" a b ", "CN=\\ a b\\ ")]
    [InlineData("#a#", "CN=\\#a#")]
    [InlineData("a,O=b+c\"<d>;\\", "CN=a\\,O=b\\+c\\\"\\<d\\>\\;\\\\")]
    [InlineData("a\nb\0", "CN=a\\0Ab\\00")]
    [InlineData("Lučić", "CN=Lučić")]
    public void Letters_that_mean_something_are_escaped(string name, string text)
    {
        Assert.Equal(text, DistinguishedNameText.Of(NameOf(("2.5.4.3", Encode(writer => writer.WriteCharacterString(UniversalTagNumber.UTF8String, name))))));
    }

    [Fact]
    public void Names_stand_from_the_innermost_outwards_and_unknown_types_and_values_in_hexadecimal()
    {
        var name = NameOf(
            ("2.5.4.6", Encode(writer => writer.WriteCharacterString(UniversalTagNumber.PrintableString, "BE"))),
            ("0.9.2342.19200300.100.1.25", Encode(writer => writer.WriteCharacterString(UniversalTagNumber.IA5String, "example"))),
            ("1.2.3.4", Encode(writer => writer.WriteInteger(5))),
            // An asterisk is none of the letters of a PrintableString.
            ("2.5.4.11", [0x13, 0x01, (byte)'*']),
            ("2.5.4.3", Encode(writer => writer.WriteCharacterString(UniversalTagNumber.UTF8String, "edge"))));
        Assert.Equal("CN=edge,OU=#13012A,1.2.3.4=#020105,DC=example,C=BE", DistinguishedNameText.Of(name));
    }

    private static byte[] NameOf(params (string Type, byte[] Value)[] attributes) => Encode(writer =>
    {
        using var names = writer.PushSequence();
        foreach (var (type, value) in attributes)
        {
            using var set = writer.PushSetOf();
            using var attribute = writer.PushSequence();
            writer.WriteObjectIdentifier(type);
            writer.WriteEncodedValue(value);
        }
    });

    private static byte[] Encode(Action<AsnWriter> write)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        write(writer);
        return writer.Encode();
    }

    private static CertificateNames Of(Action<SubjectAlternativeNameBuilder>? build)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=edge", key, HashAlgorithmName.SHA256);
        if (build is not null)
        {
            var alternatives = new SubjectAlternativeNameBuilder();
            build(alternatives);
            request.CertificateExtensions.Add(alternatives.Build());
        }

        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddDays(1));
        return CertificateNames.Of(certificate);
    }
}
