using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Mptcp.ControlPlane.Server.Hosting;
using Mptcp.ControlPlane.Server.Security.Certificates;
using Mptcp.ControlPlane.Server.Tests.Support;

namespace Mptcp.ControlPlane.Server.Tests.Security.Certificates;

public sealed class CertificateKeeperTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);
    private readonly CollectedLog _log = new();
    private readonly CertificateFolder _files;

    public CertificateKeeperTests() => _files = CertificateFolder.Create(_directory);

    [Fact]
    public void The_four_files_change_together_and_who_was_let_in_is_judged_again()
    {
        using var keeper = Keep(_files.Names);
        var clients = new ClientCertificates(keeper, _time);
        using var client = _files.NewClient();
        Assert.True(clients.StillGood(client, out var why), why);
        var changes = 0;
        clients.Changed += () => changes++;

        _files.Revoke(client);
        Assert.True(clients.StillGood(client, out _));
        _time.Advance(CertificateKeeper.Interval);
        Assert.Equal(1, changes);
        Assert.False(clients.StillGood(client, out why));
        Assert.Equal("the certificate is revoked", why);
        _time.Advance(CertificateKeeper.Interval);
        Assert.Equal(1, changes);
    }

    [Fact]
    public void A_certificate_that_has_expired_since_is_good_no_longer()
    {
        using var keeper = Keep(_files.Names);
        using var client = _files.NewClient();
        Jump(TimeSpan.FromDays(31));
        Assert.False(new ClientCertificates(keeper, _time).StillGood(client, out var why));
        Assert.StartsWith("the certificate expired at ", why, StringComparison.Ordinal);
    }

    [Fact]
    public void An_authority_that_is_taken_out_takes_its_callers_along()
    {
        using var keeper = Keep(_files.Names with { Revoked = null });
        using var client = _files.NewClient();
        File.WriteAllText(_files.Names.ClientAuthorities, CertificateFolder.NewAuthority("Other").Authority.ExportCertificatePem());
        _time.Advance(CertificateKeeper.Interval);
        Assert.False(new ClientCertificates(keeper, _time).StillGood(client, out var why));
        Assert.Equal("the certificate is of an authority that is not trusted: CN=Test", why);
    }

    [Fact]
    public void What_is_broken_is_told_once_and_what_was_stays_until_all_is_whole()
    {
        using var keeper = Keep(_files.Names);
        var before = keeper.Current.Own.SerialNumber;
        using var next = _files.NewServer();
        var whole = next.ExportCertificatePem();
        _files.WriteKey(next);

        for (var length = 0; length < whole.Length; length += 100)
        {
            File.WriteAllText(_files.Names.Certificate, whole[..length]);
            _time.Advance(CertificateKeeper.Interval);
            Assert.Equal(before, keeper.Current.Own.SerialNumber);
        }

        Assert.Equal(
            [$"{_files.Names.Certificate} holds no \"CERTIFICATE\" in PEM", $"{_files.Names.Certificate} is damaged, or not yet written to its end"],
            _log.Entries.Where(entry => entry.Level == LogLevel.Error).Select(entry => entry.Message.Split("in use: ")[1]));

        File.WriteAllText(_files.Names.Certificate, whole);
        _time.Advance(CertificateKeeper.Interval);
        Assert.Equal(next.SerialNumber, keeper.Current.Own.SerialNumber);
    }

    [Fact]
    public void A_handshake_looks_at_the_files_itself_but_not_more_than_once_a_second()
    {
        using var keeper = Keep(_files.Names);
        var before = keeper.Current.Own.SerialNumber;
        using var next = _files.NewServer();
        _files.Write(next);
        _time.Advance(TimeSpan.FromMilliseconds(999));
        Assert.Equal(before, keeper.Current.Own.SerialNumber);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(next.SerialNumber, keeper.Current.Own.SerialNumber);
    }

    [Fact]
    public void Links_that_are_swapped_as_Kubernetes_does_are_followed()
    {
        using var next = _files.NewServer();
        var one = Directory.CreateDirectory(_directory.File("..one")).FullName;
        foreach (var file in new[] { _files.Names.Certificate, _files.Names.Key, _files.Names.ClientAuthorities })
            File.Move(file, Path.Combine(one, Path.GetFileName(file)));
        Directory.CreateSymbolicLink(_directory.File("..data"), "..one");
        foreach (var name in new[] { "server.pem", "server.key", "ca.pem" })
            File.CreateSymbolicLink(_directory.File(name), $"..data/{name}");
        using var keeper = Keep(_files.Names with { Revoked = null });

        var two = Directory.CreateDirectory(_directory.File("..two")).FullName;
        File.WriteAllText(Path.Combine(two, "server.pem"), next.ExportCertificatePem());
        File.WriteAllText(Path.Combine(two, "server.key"), next.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        File.Copy(Path.Combine(one, "ca.pem"), Path.Combine(two, "ca.pem"));
        Directory.CreateSymbolicLink(_directory.File("..data_new"), "..two");
        // rename(2), which mv does to a link that no link may be followed to.
        using var move = System.Diagnostics.Process.Start("mv", ["-T", _directory.File("..data_new"), _directory.File("..data")]);
        move.WaitForExit();
        _time.Advance(CertificateKeeper.Interval);
        Assert.Equal(next.SerialNumber, keeper.Current.Own.SerialNumber);
    }

    [Fact]
    public void The_end_of_the_own_certificate_is_told_7_days_before_and_when_it_has_come()
    {
        using var keeper = Keep(_files.Names);
        Assert.Equal([600], Told());
        Jump(TimeSpan.FromDays(23) + TimeSpan.FromMinutes(1));
        Assert.Equal([600, 602], Told());
        Jump(TimeSpan.FromDays(7));
        Assert.Equal([600, 602, 603, 604], Told().Order());
        Jump(TimeSpan.FromDays(1));
        Assert.Equal(4, Told().Count());

        IEnumerable<int> Told() => _log.Entries.Select(entry => entry.EventId);
    }

    [Fact]
    public void A_list_that_is_past_its_time_is_used_and_told()
    {
        using var client = _files.NewClient();
        _files.Revoke(client);
        _files.WriteRevoked(lifetime: TimeSpan.FromHours(-1));
        using var keeper = Keep(_files.Names);
        Assert.Single(_log.Entries, entry => entry.EventId == 604 && entry.Message.StartsWith("the revocation list of CN=Test should", StringComparison.Ordinal));
        Assert.False(new ClientCertificates(keeper, _time).StillGood(client, out _));
    }

    [Theory]
    [InlineData("server.pem", null, "server.pem cannot be read: ")]
    [InlineData("server.key", null, "server.key cannot be read: ")]
    [InlineData("server.key", "", "server.key holds no private key in PEM of the kind that the certificate in ")]
    [InlineData("server.key", "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n", "server.key is encrypted")]
    [InlineData("ca.pem", "rubbish", "ca.pem holds no \"CERTIFICATE\" in PEM")]
    [InlineData("ca.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "ca.pem holds something that is no certificate")]
    [InlineData("revoked.pem", "", "revoked.pem holds no \"X509 CRL\" in PEM")]
    [InlineData("revoked.pem", "-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n", "revoked.pem holds something that is no revocation list")]
    public void A_daemon_does_not_start_with_files_that_cannot_be_used(string file, string? content, string problem)
    {
        File.Delete(_directory.File(file));
        if (content is not null)
            _directory.Write(file, content);
        var refusal = Assert.Throws<StartupException>(() => Keep(_files.Names));
        Assert.StartsWith("the certificates cannot be used: ", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(problem, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Certificates_that_are_not_those_of_authorities_are_not_trusted()
    {
        using var server = _files.NewServer();
        File.WriteAllText(_files.Names.ClientAuthorities, server.ExportCertificatePem());
        var refusal = Assert.Throws<StartupException>(() => Keep(_files.Names));
        Assert.EndsWith("ca.pem: CN=mptcp-controld is no certificate authority", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_list_that_somebody_else_signed_is_refused()
    {
        _files.WriteRevoked(CertificateFolder.NewAuthority("Test"));
        var refusal = Assert.Throws<StartupException>(() => Keep(_files.Names));
        Assert.EndsWith("revoked.pem: the list of CN=Test is signed by none of the authorities", refusal.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _directory.Dispose();

    // The keeper looks every two seconds, and need not look at each of a month.
    private void Jump(TimeSpan time)
    {
        _time.AdjustTime(_time.GetUtcNow() + time);
        _time.Advance(CertificateKeeper.Interval);
    }

    private CertificateKeeper Keep(TlsFiles files)
    {
        using var factory = LoggerFactory.Create(logging => logging.AddProvider(_log));
        return new CertificateKeeper(files, _time, factory.CreateLogger<CertificateKeeper>());
    }
}
