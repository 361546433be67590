using Mptcp.Fuzzing.Engine;
using Mptcp.Fuzzing.Harnesses;
using Mptcp.Fuzzing.Running;

namespace Mptcp.Fuzzing.Tests;

/// <summary>What was found once is not found again, and what harnesses begin with is nothing to find.</summary>
public sealed class FixtureTests
{
    public static TheoryData<string> Names => [.. Fixtures.Names];

    public static TheoryData<string> Harnesses => [.. HarnessCatalog.All.Select(harness => harness.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void What_was_found_once_is_taken_or_refused_as_it_should_be(string name)
        => Assert.Null(Take(Path.GetDirectoryName(name)!, Fixtures.Read(name)));

    [Theory]
    [MemberData(nameof(Harnesses))]
    public void What_a_harness_begins_with_is_taken(string name)
        => Assert.All(HarnessCatalog.Select([name]).Single().Seeds, seed => Assert.Null(Take(name, seed)));

    [Fact]
    public void Every_harness_has_a_name_of_its_own() => Assert.Distinct(HarnessCatalog.All.Select(harness => harness.Name));

    private static Finding? Take(string name, byte[] input)
    {
        using var trial = new Trial(HarnessCatalog.Select([name]).Single(), endless => Assert.Fail(endless.Reason), Trial.TimeLimit);
        return trial.Take(input);
    }
}
