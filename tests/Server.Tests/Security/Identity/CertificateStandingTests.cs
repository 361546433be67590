using System.Security.Cryptography.X509Certificates;
using Mptcp.ControlPlane.Server.Security.Identity;
using Mptcp.ControlPlane.Server.Tests.Support;

namespace Mptcp.ControlPlane.Server.Tests.Security.Identity;

public sealed class CertificateStandingTests
{
    [Fact]
    public void It_is_judged_once_for_each_generation_of_trust_and_has_ended_when_it_has_expired()
    {
        using var certificate = CertificateFolder.NewAuthority("Test").CreateClient("edge", null);
        var now = certificate.NotBefore.AddHours(1);
        var judged = 0;
        string? Judge(X509Certificate2 _) => ++judged == 2 ? "its authority has expired" : null;
        var standing = new CertificateStanding(certificate, generation: -1);

        Assert.Null(standing.Find(now, 1, Judge));
        Assert.Null(standing.Find(now, 1, Judge));
        Assert.Equal(1, judged);
        Assert.Equal("its authority has expired", standing.Find(now, 2, Judge));
        Assert.Equal("its authority has expired", standing.Find(now, 2, Judge));
        Assert.Equal("it has expired", standing.Find(certificate.NotAfter.AddSeconds(1), 2, Judge));
        Assert.Equal(2, judged);
    }
}
