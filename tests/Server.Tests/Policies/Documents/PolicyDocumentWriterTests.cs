using CsCheck;
using Mptcp.ControlPlane.Server.Policies.Documents;
using Mptcp.ControlPlane.Server.Policies.Model;

namespace Mptcp.ControlPlane.Server.Tests.Policies.Documents;

public sealed class PolicyDocumentWriterTests
{
    [Fact]
    public void What_is_written_reads_back_as_the_same()
    {
        var valid = 0;
        AnyPolicies.Document.Sample(
            document =>
            {
                if (PolicyValidator.Check(document).Count > 0)
                    return;
                Interlocked.Increment(ref valid);
                Assert.Equal(document, PolicyDocumentReader.Read(PolicyDocumentWriter.Write(document)));
            },
            iter: 20_000);

        Assert.True(valid > 500, $"only {valid} were valid");
    }

    [Fact]
    public void Whatever_the_reader_says_of_a_document_the_validator_says_too()
        => AnyPolicies.Document.Sample(
            document =>
            {
                var problems = PolicyValidator.Check(document).Select(problem => problem.Path).Order(StringComparer.Ordinal);
                try
                {
                    PolicyDocumentReader.Read(PolicyDocumentWriter.Write(document));
                    Assert.Empty(problems);
                }
                catch (PolicyDocumentException exception)
                {
                    Assert.Equal(problems, exception.Violations.Select(violation => violation.Path).Order(StringComparer.Ordinal));
                }
            },
            iter: 2000);

    [Fact]
    public void Defaults_are_left_out()
    {
        var document = new PolicyDocument
        {
            Policies =
            [
                new PathPolicy("mesh") { Match = new PolicyMatch { Interfaces = ["eth*", "lan0"], RemotePorts = [new(443, 443), new(8000, 8100)] } },
                new PathPolicy("rest") { Strategy = PathStrategy.None },
            ],
            Roles =
            [
                new Role("edge")
                {
                    Scope = new PolicyMatch { Namespaces = ["blue"] },
                    Limits = new RoleLimits { Subflows = 5 },
                    UserIds = [0, 1000],
                },
                new Role("core"),
            ],
        };

        Assert.Equal(
            """
            policies:
              - name: mesh
                match:
                  remote_ports: [443, 8000-8100]
                  interfaces: ["eth*", lan0]
              - name: rest
                strategy: none
            roles:
              - name: edge
                scope:
                  namespaces: [blue]
                limits:
                  subflows: 5
                uids: [0, 1000]
              - name: core

            """,
            PolicyDocumentWriter.Write(document));
        Assert.Equal("policies: []\n", PolicyDocumentWriter.Write(PolicyDocument.Empty));
    }
}
