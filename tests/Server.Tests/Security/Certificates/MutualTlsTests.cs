using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.Extensions.Time.Testing;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Security.Certificates;
using Mptcp.ControlPlane.Server.Security.Certificates.Making;
using Mptcp.ControlPlane.Server.Tests.Support;

namespace Mptcp.ControlPlane.Server.Tests.Security.Certificates;

/// <summary>Callers of a real daemon over TLS.</summary>
public sealed class MutualTlsTests
{
    private const int CertificatesLoaded = 600;
    private const int CertificatesBroken = 601;
    private const int HandshakeRefused = 605;

    [LabFact]
    public async Task A_caller_with_a_good_certificate_is_served_and_others_are_refused_with_the_reason_in_the_log()
    {
        await using var daemon = await TlsDaemon.StartAsync();
        Assert.Single((await daemon.AskAsync(daemon.Files.NewClient())).Namespaces);
        await daemon.LoggedAsync(CertificatesLoaded, "CN=mptcp-controld");

        await RefusedAsync(daemon, null, "the caller has no certificate");
        await RefusedAsync(daemon, daemon.Files.NewServer(), "the certificate is not for clients");
        await RefusedAsync(
            daemon, CertificateFolder.NewAuthority("Foreign").CreateClient("edge", null), "of an authority that is not trusted: CN=Foreign");
        await RefusedAsync(
            daemon, CertificateFolder.NewAuthority("Test").CreateClient("edge", null), "of an authority that is not trusted: CN=Test");

        var past = new FakeTimeProvider(DateTimeOffset.UtcNow.AddDays(-2));
        using var expired = new TestCertificates(daemon.Authority.Authority, past, TimeSpan.FromDays(1)).CreateClient("edge", null);
        await RefusedAsync(daemon, expired, "the certificate expired at ");
        Assert.DoesNotContain(daemon.Log.Entries, entry => entry.Exception is not null);
    }

    [LabFact]
    public async Task A_revoked_certificate_is_refused_as_soon_as_the_list_says_so()
    {
        await using var daemon = await TlsDaemon.StartAsync();
        using var client = daemon.Files.NewClient();
        using var other = daemon.Files.NewClient();
        await daemon.AskAsync(client);
        daemon.Files.Revoke(client);
        await daemon.LoggedAsync(CertificatesLoaded, "", times: 2);
        await RefusedAsync(daemon, client, "the certificate is revoked");
        await daemon.AskAsync(other);
    }

    [LabFact]
    public async Task Certificates_rotate_under_an_open_stream_and_broken_ones_change_nothing()
    {
        await using var daemon = await TlsDaemon.StartAsync();
        using var client = daemon.Files.NewClient();
        using var channel = daemon.Connect(client);
        using var watch = new EventService.EventServiceClient(channel).Watch(
            new WatchRequest { BookmarkInterval = Duration.FromTimeSpan(TimeSpan.FromMilliseconds(100)) });
        await NextBookmarkAsync(watch);
        var before = await daemon.ShownSerialAsync(client);

        using var next = daemon.Files.NewServer();
        daemon.Files.WriteKey(next);
        await daemon.LoggedAsync(CertificatesBroken, $"the key in {daemon.Files.Names.Key} is not that of the certificate in {daemon.Files.Names.Certificate}");
        Assert.Equal(before, await daemon.ShownSerialAsync(client));

        daemon.Files.WriteCertificate(next);
        await daemon.LoggedAsync(CertificatesLoaded, next.SerialNumber);
        Assert.Equal(next.SerialNumber, await daemon.ShownSerialAsync(client));
        await NextBookmarkAsync(watch);
        Assert.Single(daemon.Log.Entries, entry => entry.EventId == CertificatesBroken);
    }

    [LabFact]
    public async Task Nothing_but_TLS_1_3_and_HTTP_2_is_spoken()
    {
        await using var daemon = await TlsDaemon.StartAsync();
        using var client = daemon.Files.NewClient();
        var old = daemon.OptionsOf(client);
        old.EnabledSslProtocols = SslProtocols.Tls12;
        await Assert.ThrowsAnyAsync<Exception>(async () => await daemon.HandshakeAsync(old));
        await daemon.LoggedAsync(HandshakeRefused, "the caller offers no TLS 1.3 or no HTTP/2");

        var http1 = daemon.OptionsOf(client);
        http1.ApplicationProtocols = [SslApplicationProtocol.Http11];
        await Assert.ThrowsAnyAsync<Exception>(async () => await daemon.HandshakeAsync(http1));
        await daemon.LoggedAsync(HandshakeRefused, "the caller offers no TLS 1.3 or no HTTP/2", times: 2);

        using var plain = new TcpClient("127.0.0.1", daemon.Port);
        await plain.GetStream().WriteAsync(Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: x\r\n\r\n"), TestContext.Current.CancellationToken);
        await daemon.LoggedAsync(HandshakeRefused, "did not begin a TLS handshake");
        Assert.All(
            daemon.Log.Entries.Where(entry => entry.EventId == HandshakeRefused),
            entry => Assert.Matches(@"a handshake with 127\.0\.0\.1:\d+ was refused: ", entry.Message));
    }

    [LabFact]
    public async Task A_flood_of_refused_handshakes_leaves_ten_lines_and_a_number()
    {
        await using var daemon = await TlsDaemon.StartAsync();
        for (var i = 0; i < RefusedHandshakes.MostTold + 5; i++)
            (await daemon.HandshakeAsync(daemon.OptionsOf(null))).Dispose();
        await daemon.LoggedAsync(606, "more handshakes were refused within 10 s");
        // A window may have ended in the middle of them.
        Assert.InRange(daemon.Log.Entries.Count(entry => entry.EventId == HandshakeRefused), 10, 14);
    }

    private static async Task RefusedAsync(TlsDaemon daemon, X509Certificate2? certificate, string reason)
    {
        var refusal = await Assert.ThrowsAsync<RpcException>(() => daemon.AskAsync(certificate));
        Assert.True(refusal.StatusCode is StatusCode.Unavailable or StatusCode.Internal, refusal.ToString());
        await daemon.LoggedAsync(HandshakeRefused, reason);
    }

    private static async Task NextBookmarkAsync(AsyncServerStreamingCall<WatchResponse> watch)
    {
        do
            Assert.True(await watch.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        while (watch.ResponseStream.Current.MessageCase != WatchResponse.MessageOneofCase.Bookmark);
    }
}
