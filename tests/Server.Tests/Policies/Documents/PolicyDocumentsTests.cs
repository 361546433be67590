using Mptcp.ControlPlane.Server.Policies.Documents;
using Mptcp.ControlPlane.Server.Policies.Model;
using Mptcp.ControlPlane.Server.Tests.Support;

namespace Mptcp.ControlPlane.Server.Tests.Policies.Documents;

public sealed class PolicyDocumentsTests
{
    public static TheoryData<string, string[]> Objects { get; } = new()
    {
        { "A policy", DocumentKeys.Policy },
        { "match", DocumentKeys.Match },
        { "match.owner", DocumentKeys.Owner },
        { "delegate", DocumentKeys.Delegate },
        { "interfaces", DocumentKeys.Interfaces },
        { "backup", DocumentKeys.Backup },
        { "announce", DocumentKeys.Announcement },
        { "retry", DocumentKeys.Retry },
        { "A role", DocumentKeys.Role },
        { "limits", DocumentKeys.RoleLimits },
    };

    private static string[] Samples => Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "deploy", "policies"), "*.yaml");

    [Theory]
    [MemberData(nameof(Objects))]
    public void The_reference_has_every_key_in_its_order(string heading, string[] keys)
        => Assert.Equal(keys, Document.Rows("policies.md", heading, "key").Select(row => row[0]));

    [Fact]
    public void The_reference_has_the_limits()
    {
        var reference = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "docs", "policies.md"));

        Assert.Contains($"{PolicyValidator.MostPolicies} policies", reference, StringComparison.Ordinal);
        Assert.Contains($"{PolicyValidator.MostRoles} roles", reference, StringComparison.Ordinal);
        Assert.Contains($"{YamlTree.MostBytes} bytes", reference, StringComparison.Ordinal);
        Assert.Contains($"{YamlTree.MostItems}\nentries", reference, StringComparison.Ordinal);
    }

    [Fact]
    public void The_examples_of_the_reference_are_valid()
    {
        var reference = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "docs", "policies.md"));
        var examples = reference.Split("```yaml\n")[1..].Select(part => PolicyDocumentReader.Read(part.Split("```")[0])).ToList();

        Assert.Equal([(2, 0), (1, 1)], examples.Select(example => (example.Policies.Length, example.Roles.Length)));
    }

    [Fact]
    public void The_sample_that_delegates_states_whom_it_delegates_to()
    {
        var document = PolicyDocumentReader.Read(File.ReadAllText(Samples.Single(sample => sample.EndsWith("/delegate.yaml", StringComparison.Ordinal))));

        var role = Assert.Single(document.Roles);
        Assert.Equal(document.Policies[0].Delegation!.Role, role.Name);
        Assert.NotEqual(PolicyMatch.All, role.Scope);
        Assert.NotEqual(new RoleLimits(), role.Limits);
    }

    [Fact]
    public void Every_sample_is_valid()
    {
        Assert.Equal(8, Samples.Length);
        Assert.All(Samples, sample =>
        {
            var document = PolicyDocumentReader.Read(File.ReadAllText(sample));

            Assert.NotEmpty(document.Policies);
            Assert.Equal(document, PolicyDocumentReader.Read(PolicyDocumentWriter.Write(document)));
        });
    }
}
