using Mptcp.Control.V1;
using Mptcp.ControlPlane.Cli.Tests.Support;
using Mptcp.ControlPlane.Testing;

namespace Mptcp.ControlPlane.Cli.Tests.Errors;

/// <summary>Who the daemon is and who calls it, as mptcpctl tells when it is not well.</summary>
public sealed class SecurityTests : IDisposable
{
    readonly FakeCertificates _certificates = new();

    [Fact]
    public async Task A_daemon_is_called_by_TLS_with_what_options_or_the_environment_say()
    {
        await using var daemon = await StartAsync();
        (await RunAsync(daemon)).Succeeded();

        var run = await Mptcpctl.RunAsync(["limits", "show"], new()
        {
            ["MPTCPCTL_ADDRESS"] = daemon.SecureAddress,
            ["MPTCPCTL_TLS_CA"] = _certificates.AuthorityFile,
            ["MPTCPCTL_TLS_CERTIFICATE"] = _certificates.CertificateFile,
            ["MPTCPCTL_TLS_KEY"] = _certificates.KeyFile,
        });
        run.Succeeded();
        Assert.Equal(["CN=alice", "CN=alice"], _certificates.Seen);
    }

    [Fact]
    public async Task A_daemon_that_is_not_trusted_is_told_with_its_authority()
    {
        await using var daemon = await StartAsync();
        using var other = new FakeCertificates();
        var arguments = Arguments(daemon);
        arguments[^5] = other.AuthorityFile;
        await FailedAsync(daemon, "its certificate is not valid: NotSignatureValid|its certificate is of an authority that is not trusted: CN=Test", arguments);
    }

    [Fact]
    public async Task A_daemon_whose_certificate_has_expired_is_told()
    {
        _certificates.Server = _certificates.Create("daemon", "127.0.0.1", daysLeft: -1);
        await using var daemon = await StartAsync();
        await FailedAsync(daemon, "its certificate expired at ");
    }

    [Fact]
    public async Task A_daemon_with_the_certificate_of_another_host_is_told()
    {
        _certificates.Server = _certificates.Create("daemon", "other.example");
        await using var daemon = await StartAsync();
        await FailedAsync(daemon, "its certificate is not for 127.0.0.1, but for other.example");
    }

    [Fact]
    public async Task A_certificate_that_the_daemon_refuses_is_told()
    {
        _certificates.Refused = "CN=alice";
        await using var daemon = await StartAsync();
        await FailedAsync(daemon, "it ended the connection once it had seen the own certificate (CN=alice)");
    }

    [Fact]
    public async Task Who_shows_no_certificate_is_told()
    {
        await using var daemon = await StartAsync();
        await FailedAsync(daemon, "it ended the connection, as no own certificate was shown to it", Arguments(daemon)[..^4]);
    }

    [Fact]
    public async Task An_own_certificate_that_has_expired_is_told()
    {
        _certificates.WriteClient(_certificates.Create("alice", daysLeft: -1));
        await using var daemon = await StartAsync();
        await FailedAsync(daemon, $"the own certificate in {_certificates.CertificateFile} expired at ");
    }

    [Fact]
    public async Task Files_that_cannot_be_used_are_told()
    {
        await using var daemon = await StartAsync();
        File.Delete(_certificates.KeyFile);
        await FailedAsync(daemon, $"the own certificate in {_certificates.CertificateFile} with the key in {_certificates.KeyFile} cannot be used: ");
        File.WriteAllText(_certificates.AuthorityFile, "");
        _certificates.WriteClient(_certificates.Create("alice"));
        await FailedAsync(daemon, $"{_certificates.AuthorityFile} holds no certificate in PEM");
    }

    [Fact]
    public async Task A_port_that_speaks_no_TLS_is_told()
    {
        await using var daemon = await StartAsync();
        await FailedAsync(daemon, "no TLS 1.3 with it: ", Arguments(daemon, daemon.HttpAddress.Replace("http:", "https:", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_token_is_sent_by_TLS_and_to_a_socket()
    {
        await using var daemon = await StartAsync();
        var sent = new List<string?>();
        daemon.Answer<GetLimitsRequest, GetLimitsResponse>((_, context) =>
        {
            sent.Add(context.RequestHeaders.GetValue("authorization"));
            return Task.FromResult(new GetLimitsResponse { Limits = new Limits() });
        });
        File.WriteAllText(_certificates.TokenFile, "abc.def\n");
        (await RunAsync(daemon, [.. Arguments(daemon), "--token-file", _certificates.TokenFile])).Succeeded();
        (await Mptcpctl.RunAsync(daemon, $"limits show --token-file {_certificates.TokenFile}")).Succeeded();
        Assert.Equal(["Bearer abc.def", "Bearer abc.def"], sent);

        File.Delete(_certificates.TokenFile);
        var run = await Mptcpctl.RunAsync(daemon, $"limits show --token-file {_certificates.TokenFile}");
        Assert.Contains("the token cannot be read: ", run.EndedWith(ExitCode.Unreachable).ErrorLine, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--token-file t", "a token is not sent in plain text, as it would be to http://127.0.0.1:1: ")]
    [InlineData("--tls-ca x", "--tls-ca is for https addresses, and http://127.0.0.1:1 is none")]
    [InlineData("--address unix:/x --tls-key x", "--tls-key is for https addresses, and unix:/x is none")]
    [InlineData("--address https://127.0.0.1:1 --tls-key x", "--tls-certificate and --tls-key go together")]
    public async Task What_does_not_go_together_is_bad_usage(string options, string problem)
    {
        var run = await Mptcpctl.RunAsync($"limits show {options}".Split(' '), new() { ["MPTCPCTL_ADDRESS"] = "http://127.0.0.1:1" });
        Assert.StartsWith(problem, run.EndedWith(ExitCode.BadUsage).ErrorLine, StringComparison.Ordinal);
    }

    public void Dispose() => _certificates.Dispose();

    string[] Arguments(FakeDaemon daemon, string? address = null) =>
    [
        "limits", "show", "--address", address ?? daemon.SecureAddress, "--tls-ca", _certificates.AuthorityFile,
        "--tls-certificate", _certificates.CertificateFile, "--tls-key", _certificates.KeyFile,
    ];

    async Task<FakeDaemon> StartAsync()
    {
        var daemon = await FakeDaemon.StartAsync(_certificates);
        daemon.Answer((GetLimitsRequest _) => new GetLimitsResponse { Limits = new Limits() });
        return daemon;
    }

    Task<Run> RunAsync(FakeDaemon daemon, string[]? arguments = null) => Mptcpctl.RunAsync(arguments ?? Arguments(daemon), []);

    async Task FailedAsync(FakeDaemon daemon, string problems, string[]? arguments = null)
    {
        var line = (await RunAsync(daemon, arguments)).EndedWith(ExitCode.Unreachable).ErrorLine;
        Assert.True(line.StartsWith("cannot reach mptcp-controld at https://127.0.0.1:", StringComparison.Ordinal), line);
        Assert.True(problems.Split('|').Any(problem => line.Contains(problem, StringComparison.Ordinal)), line);
    }
}
