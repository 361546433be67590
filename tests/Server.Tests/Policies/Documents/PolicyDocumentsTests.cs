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
        Assert.Contains($"{YamlTree.MostBytes} bytes", reference, StringComparison.Ordinal);
        Assert.Contains($"{YamlTree.MostItems}\nentries", reference, StringComparison.Ordinal);
    }

    [Fact]
    public void The_example_of_the_reference_is_valid()
    {
        var reference = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "docs", "policies.md"));
        var example = reference.Split("```yaml\n")[1].Split("```")[0];

        Assert.Equal(2, PolicyDocumentReader.Read(example).Policies.Length);
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
