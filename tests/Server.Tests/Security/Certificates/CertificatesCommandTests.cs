using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using Mptcp.ControlPlane.Server.Hosting;
using Mptcp.ControlPlane.Server.Hosting.Configuration;
using Mptcp.ControlPlane.Server.Security.Certificates;
using Mptcp.ControlPlane.Server.Security.Certificates.Names;
using Mptcp.ControlPlane.Server.Tests.Support;

namespace Mptcp.ControlPlane.Server.Tests.Security.Certificates;

public sealed class CertificatesCommandTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly TemporaryDirectory _directory = new();

    [Fact]
    public async Task What_it_makes_is_what_the_daemon_takes_and_what_it_revokes_is_revoked()
    {
        Assert.Equal(0, await RunAsync("make", "--server-name", "edge-1.example.org", "--client", "alice", "--client", "edge=spiffe://example.org/edge"));
        using var alice = X509CertificateLoader.LoadCertificateFromFile(_directory.File("client-alice.pem"));
        using var edge = X509CertificateLoader.LoadCertificateFromFile(_directory.File("client-edge.pem"));
        Assert.Equal(("CN=alice", null), (CertificateNames.Of(alice).Subject, CertificateNames.Of(alice).SpiffeId));
        Assert.Equal("spiffe://example.org/edge", CertificateNames.Of(edge).SpiffeId);
        Assert.InRange(alice.NotAfter.ToUniversalTime(), DateTime.UtcNow.AddDays(29.9), DateTime.UtcNow.AddDays(30));
        using (var server = X509CertificateLoader.LoadCertificateFromFile(_directory.File("server.pem")))
        {
            Assert.All(["localhost", "127.0.0.1", "::1", "edge-1.example.org"], name => Assert.True(server.MatchesHostname(name), name));
        }

        Assert.All(
            ["ca.key", "server.key", "client-alice.key", "client-edge.key"],
            key => Assert.Equal(OwnerOnly, File.GetUnixFileMode(_directory.File(key))));

        Assert.Equal(("", ""), Judge(alice, edge));
        Assert.Equal(0, await RunAsync("revoke", "alice"));
        Assert.Equal(("the certificate is revoked", ""), Judge(alice, edge));
        Assert.Equal(0, await RunAsync("revoke", "edge"));
        Assert.Equal(0, await RunAsync("revoke", "edge"));
        Assert.Equal(("the certificate is revoked", "the certificate is revoked"), Judge(alice, edge));
        Assert.DoesNotContain(Directory.GetFiles(_directory.Path), file => file.EndsWith(".unfinished", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_there_is_written_over_only_by_force()
    {
        Assert.Equal(0, await RunAsync("make"));
        var before = await File.ReadAllTextAsync(_directory.File("ca.pem"), TestContext.Current.CancellationToken);
        var refusal = await Assert.ThrowsAsync<StartupException>(() => RunAsync("make"));
        Assert.Equal($"{_directory.File("ca.pem")} is there already; --force writes over it", refusal.Message);
        Assert.Equal(before, await File.ReadAllTextAsync(_directory.File("ca.pem"), TestContext.Current.CancellationToken));
        Assert.Equal(0, await RunAsync("make", "--force", "--days", "1"));
        Assert.NotEqual(before, await File.ReadAllTextAsync(_directory.File("ca.pem"), TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("--client: \"../x\" is no name of a caller", "make", "--client", "../x")]
    [InlineData("--client: \"http://x\" is no SPIFFE ID", "make", "--client", "a=http://x")]
    [InlineData("--client: \"a\" stands there twice", "make", "--client", "a", "--client", "a=spiffe://x")]
    [InlineData("--server-name: \"a b\" is neither a name nor an address", "make", "--server-name", "a b")]
    [InlineData("--days: must be 1 to 3650, and is 0", "make", "--days", "0")]
    [InlineData("\"a/b\" is no name of a caller", "revoke", "a/b")]
    public async Task What_is_wrong_is_refused(string problem, params string[] arguments)
    {
        var refusal = await Assert.ThrowsAsync<ConfigurationException>(() => RunAsync(arguments));
        Assert.Contains(problem, refusal.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_directory.Path));
    }

    [Fact]
    public async Task Who_is_not_there_is_not_revoked()
    {
        Assert.Equal(0, await RunAsync("make"));
        var refusal = await Assert.ThrowsAsync<StartupException>(() => RunAsync("revoke", "nobody"));
        Assert.Contains("client-nobody.pem", refusal.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _directory.Dispose();

    private (string Alice, string Edge) Judge(X509Certificate2 alice, X509Certificate2 edge)
    {
        using var factory = LoggerFactory.Create(_ => { });
        var files = new TlsFiles(
            _directory.File("server.pem"), _directory.File("server.key"), _directory.File("ca.pem"), _directory.File("revoked.pem"));
        using var keeper = new CertificateKeeper(files, TimeProvider.System, factory.CreateLogger<CertificateKeeper>());
        var clients = new ClientCertificates(keeper, TimeProvider.System);
        clients.StillGood(alice, out var aboutAlice);
        clients.StillGood(edge, out var aboutEdge);
        return (aboutAlice, aboutEdge);
    }

    private Task<int> RunAsync(params string[] arguments) => new DaemonCommand().InvokeAsync(
        ["certificates", .. arguments, "--directory", _directory.Path], _ => throw new InvalidOperationException("the daemon was started"));
}
