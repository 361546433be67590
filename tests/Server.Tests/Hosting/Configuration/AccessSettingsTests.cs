using Mptcp.ControlPlane.Server.Hosting;
using Mptcp.ControlPlane.Server.Hosting.Configuration;
using Mptcp.ControlPlane.Server.Security.Permissions;
using Mptcp.ControlPlane.Server.Tests.Support;

namespace Mptcp.ControlPlane.Server.Tests.Hosting.Configuration;

public sealed class AccessSettingsTests
{
    [Fact]
    public async Task Bindings_give_roles_to_callers()
    {
        var access = await ReadAsync("""
            {
              "access": {
                "socketGroup": "none",
                "bindings": [
                  { "role": "viewer", "callers": ["user:root", "group:4", "anonymous"] },
                  // Comments are welcome here too.
                  { "role": "controller", "callers": ["spiffe://example.org/te/*", "dns:Host.Example.ORG"], "plays": ["edge"], "scope": { "namespaces": "blue", "remote_ports": [443] } },
                ],
              },
            }
            """);
        Assert.Null(access.SocketGroup);
        Assert.Equal(
            [new CallerPattern.User(0), new CallerPattern.Group(4), new CallerPattern.Unproved()],
            access.Bindings[0].Callers.AsEnumerable());
        Assert.True(access.Bindings[0].IsWhole);
        Assert.Equal(AccessRole.Controller, access.Bindings[1].Role);
        Assert.Equal([new CallerPattern.Name("spiffe://example.org/te/*"), new CallerPattern.Name("dns:host.example.org")], access.Bindings[1].Callers.AsEnumerable());
        Assert.Equal(["edge"], access.Bindings[1].Plays.AsEnumerable());
        Assert.Equal(["blue"], access.Bindings[1].Scope!.Namespaces.AsEnumerable());
        Assert.Equal((443, 443), (access.Bindings[1].Scope!.RemotePorts[0].First, access.Bindings[1].Scope!.RemotePorts[0].Last));
    }

    [Fact]
    public async Task Without_any_the_sockets_group_are_administrators()
    {
        var access = await ReadAsync("{}");
        Assert.Equal(AccessRole.Administrator, access.SocketGroup);
        Assert.Empty(access.Bindings);
    }

    [Theory]
    [InlineData("""{ "socketGroup": "owner" }""", "access.socketGroup: must be viewer, controller, operator, administrator, or none, and is \"owner\"")]
    [InlineData("""{ "bindings": {} }""", "\"access.bindings\" must be a list of objects")]
    [InlineData("""{ "bindings": [{ "callers": ["user:0"] }] }""", "access.bindings[0].role: must be viewer, controller, operator, administrator")]
    [InlineData("""{ "bindings": [{ "role": "viewer" }] }""", "access.bindings[0].callers: is required")]
    [InlineData("""{ "bindings": [{ "role": "viewer", "callers": [] }] }""", "access.bindings[0].callers: must be a list of texts, of which there is at least one")]
    [InlineData("""{ "bindings": [{ "role": "viewer", "callers": ["user:nobody-of-the-kind"] }] }""", "access.bindings[0].callers[0]: there is no user \"nobody-of-the-kind\"")]
    [InlineData("""{ "bindings": [{ "role": "viewer", "callers": ["spiffe://"] }] }""", "access.bindings[0].callers[0]: must be user:NAME, group:NAME, spiffe://…, dns:…, subject:…, token:… or anonymous, and is \"spiffe://\"")]
    [InlineData("""{ "bindings": [{ "role": "viewer", "callers": ["subject:CN=*,O=Example"] }] }""", "access.bindings[0].callers[0]: may have a wildcard at the end of a subject alone")]
    [InlineData("""{ "bindings": [{ "role": "viewer", "callers": ["user:0"], "plays": ["te"] }] }""", "access.bindings[0].plays: a viewer plays no role")]
    [InlineData("""{ "bindings": [{ "role": "viewer", "callers": ["user:0"], "scope": { "interfaces": "eth0" } }] }""", "access.bindings[0].scope.interfaces: ")]
    [InlineData("""{ "bindings": [{ "role": "viewer", "callers": ["user:0"], "scope": { "remote": "nowhere" } }] }""", "access.bindings[0].scope.remote ")]
    [InlineData("""{ "bindings": [{ "role": "viewer", "callers": ["user:0"], "scopes": {} }] }""", "\"access.bindings[0].scopes\" is no setting; there are role, callers, plays, scope")]
    public async Task What_is_wrong_is_told_with_its_place(string access, string problem)
    {
        var exception = await Assert.ThrowsAsync<ConfigurationException>(() => ReadAsync($$"""{ "access": {{access}} }"""));
        Assert.Contains(problem, exception.Message, StringComparison.Ordinal);
    }

    private static async Task<AccessRules> ReadAsync(string configuration)
    {
        using var directory = new TemporaryDirectory();
        DaemonOptions? read = null;
        await new DaemonCommand().InvokeAsync(["--config", directory.Write("controld.json", configuration)], options =>
        {
            read = options;
            return Task.FromResult(0);
        });
        return read!.Access;
    }
}
