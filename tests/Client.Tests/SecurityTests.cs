using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Testing;

namespace Mptcp.ControlPlane.Client.Tests;

/// <summary>Who a daemon is and who calls it.</summary>
public sealed class SecurityTests : IDisposable
{
    readonly FakeCertificates _certificates = new();

    [Fact]
    public async Task A_connection_that_is_made_after_the_files_have_changed_has_what_is_in_them()
    {
        await using var daemon = await FakeDaemon.StartAsync(_certificates);
        daemon.Answer((GetInfoRequest _) => new GetInfoResponse());
        var options = new ControlPlaneClientOptions { Tls = Files };
        await using (var first = new ControlPlaneClient(daemon.SecureAddress, options))
            await AskAsync(first);
        _certificates.WriteClient(_certificates.Create("bob"));
        await using (var second = new ControlPlaneClient(daemon.SecureAddress, options))
            await AskAsync(second);
        Assert.Equal(["CN=alice", "CN=bob"], _certificates.Seen);
    }

    [Fact]
    public async Task Objects_do_as_well_as_files()
    {
        await using var daemon = await FakeDaemon.StartAsync(_certificates);
        daemon.Answer((GetInfoRequest _) => new GetInfoResponse());
        using var carol = _certificates.Create("carol");
        await using var client = new ControlPlaneClient(
            daemon.SecureAddress, new() { Tls = new() { AuthorityFile = _certificates.AuthorityFile, Certificate = carol } });
        await AskAsync(client);
        Assert.Equal(["CN=carol"], _certificates.Seen);
    }

    [Fact]
    public async Task A_refusal_says_that_nothing_was_done_and_why()
    {
        _certificates.Refused = "CN=alice";
        await using var daemon = await FakeDaemon.StartAsync(_certificates);
        await using var client = new ControlPlaneClient(daemon.SecureAddress, new() { Tls = Files });
        var error = ControlPlaneError.From(await Assert.ThrowsAsync<RpcException>(() => AskAsync(client)));
        Assert.Equal(ControlPlaneErrorOrigin.Unreachable, error.Origin);
        Assert.StartsWith("it ended the connection once it had seen the own certificate (CN=alice)", error.Message, StringComparison.Ordinal);
        Assert.Empty(daemon.Requests);
    }

    [Fact]
    public void What_does_not_go_together_is_refused_all_at_once()
    {
        var error = Assert.Throws<ArgumentException>(() => new ControlPlaneClient("http://127.0.0.1:1", new()
        {
            Token = "a b",
            TokenFile = "/token",
            Tls = new() { AuthorityFile = "/ca", Authorities = [], CertificateFile = "/certificate" },
        }));
        Assert.Equal(
            "The options of the client are wrong: Tls: AuthorityFile and Authorities are both set; Tls: CertificateFile and KeyFile go together;"
            + " Token and TokenFile are both set; Token has letters that cannot be sent;"
            + " a token is not sent in plain text, as it would be to http://127.0.0.1:1: use https, or a Unix socket",
            error.Message);
    }

    public void Dispose() => _certificates.Dispose();

    ControlPlaneTls Files => new()
    {
        AuthorityFile = _certificates.AuthorityFile,
        CertificateFile = _certificates.CertificateFile,
        KeyFile = _certificates.KeyFile,
    };

    static async Task AskAsync(ControlPlaneClient client) =>
        await client.Node.GetInfoAsync(new GetInfoRequest(), cancellationToken: TestContext.Current.CancellationToken);
}
