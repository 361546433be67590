using Mptcp.ControlPlane.Server.Hosting;
using Mptcp.ControlPlane.Server.Hosting.Configuration;
using Mptcp.ControlPlane.Server.Policies.Documents;
using Mptcp.ControlPlane.Server.Policies.Model;
using Mptcp.ControlPlane.Server.Tests.Support;

namespace Mptcp.ControlPlane.Server.Tests.Hosting.Configuration;

public sealed class RolesSettingTests
{
    [Fact]
    public async Task Roles_are_read_from_the_file()
    {
        var options = await ReadAsync("""
            {
              "roles": [ // Who may decide.
                {
                  "name": "edge", /* of the
                                     network */
                  "scope": {"side":"server", "remote": ["198.18.0.0/15"], "namespaces": "http:\/\/*é\u00e9\"", },
                  "limits": { "commands_per_second":100, "subflows": 7 },
                  "uids": [1000, 0],
                },
                { "name": "core" },
              ],
            }
            """);

        Assert.Equal(
            [
                new Role("edge")
                {
                    Scope = new PolicyMatch { ServerSide = true, Remote = [System.Net.IPNetwork.Parse("198.18.0.0/15")], Namespaces = ["http://*éé\""] },
                    Limits = new RoleLimits { CommandsPerSecond = 100, Subflows = 7 },
                    UserIds = [1000, 0],
                },
                new Role("core"),
            ],
            options.Roles);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"roles\":[]}")]
    [InlineData("{\"roles\":[{\"name\":\"edge\"}]}", "edge")]
    [InlineData("{\r\n\t\"roles\":\r\n[\r\n\t{\t\"name\"\t:\r\n\"edge\"}\r\n,\t{\"name\":\"core\"}\r\n]}", "edge", "core")]
    public async Task It_does_not_matter_how_the_file_is_laid_out(string json, params string[] names)
        => Assert.Equal(names, (await ReadAsync(json)).Roles.Select(role => role.Name));

    [Fact]
    public async Task What_is_wrong_is_told_in_the_words_of_policies_and_with_its_place_in_the_file()
    {
        const string Roles = """
            [{"nam": "a"}, {"name": "b", "limits": {"subflows": "many"}}, {"name": "b", "scope": {"interfaces": ["eth/0"]}}]
            """;
        var words = Assert.Throws<PolicyDocumentException>(() => PolicyDocumentReader.Read($"roles:\n  {Roles}")).Violations;

        var told = await RefusedAsync($"{{ \"events\": {{}}, // all\n  \"roles\":\n  {Roles},\n  \"rolls\": 1 }}");

        Assert.Equal(4, words.Count);
        Assert.All(words, violation => Assert.Contains($"FILE: {violation with { Line = 3 }}", told, StringComparison.Ordinal));
        Assert.Contains("FILE: \"rolls\" is no setting; the nearest is \"roles\"", told, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"roles\":[{\"name\":\"\"}]}", "FILE: line 1, column 19: roles[0].name is required")]
    [InlineData("{\"é\":1,\"roles\":[{\"name\":\"\"}]}", "FILE: line 1, column 25: roles[0].name is required")]
    [InlineData("{\r\n\t\"roles\": [\r\n\t\t{\t\"nam\": 1 }]}", "FILE: line 3, column 5: roles[0].nam is no key of that object")]
    [InlineData("{\"roles\": [/* é */ 5]}", "FILE: line 1, column 20: roles[0] must be an object")]
    [InlineData("{\"roles\":\n[5]}", "FILE: line 2, column 2: roles[0] must be an object with keys such as name, and is \"5\"")]
    [InlineData("{\"roles\": {\"name\": \"edge\"}}", "FILE: \"roles\" must be a list of objects")]
    [InlineData("{\"roles\": null}", "FILE: \"roles\" must be a list of objects")]
    [InlineData("{\"roles\": [], \"roles\": []}", "FILE: \"roles\" stands there twice")]
    public async Task A_list_of_the_wrong_form_is_refused(string json, string problem)
        => Assert.Contains(problem, await RefusedAsync(json), StringComparison.Ordinal);

    private static async Task<string> RefusedAsync(string json)
    {
        using var directory = new TemporaryDirectory();
        var file = directory.Write("controld.json", json);
        var refused = await Assert.ThrowsAsync<ConfigurationException>(() => ReadFileAsync(file));
        return refused.Message.Replace(file, "FILE", StringComparison.Ordinal);
    }

    private static async Task<DaemonOptions> ReadAsync(string json)
    {
        using var directory = new TemporaryDirectory();
        return await ReadFileAsync(directory.Write("controld.json", json));
    }

    private static async Task<DaemonOptions> ReadFileAsync(string file)
    {
        DaemonOptions? read = null;
        await new DaemonCommand().InvokeAsync(["--config", file], options =>
        {
            read = options;
            return Task.FromResult(0);
        });
        return read!;
    }
}
