using CsCheck;
using Mptcp.ControlPlane.Server.Policies.Model;

namespace Mptcp.ControlPlane.Server.Tests.Sessions.Deciding;

/// <summary>What holds of delegated connections whatever their controllers, their host and their peers do.</summary>
public sealed class DelegationProperties
{
    private static readonly Gen<Happening> Happenings =
        Gen.Select(Gen.Int[0, (int)HappeningKind.Rests], Gen.Int[0, 1], Gen.Int[0, 3]).Select(drawn => new Happening((HappeningKind)drawn.Item1, drawn.Item2, drawn.Item3));

    [Fact]
    public void Each_has_the_paths_that_its_controller_wants_or_those_of_the_fallback_and_never_a_mix()
        => Gen.Select(Gen.Int[0, 2], Happenings.Array[1, 40]).Sample((fallback, happenings) =>
        {
            var schedule = new DelegationSchedule(new[] { PathStrategy.Ndiffports, PathStrategy.FullMesh, PathStrategy.None }[fallback]);
            foreach (var happening in happenings)
                schedule.Happen(happening);
            schedule.Rest(isAwake: false);
            schedule.Rest(isAwake: true);
        }, iter: 1_000, print: drawn => $"fallback {drawn.Item1}: {string.Join("; ", drawn.Item2.Select(one => $"{one.Kind} {one.First} {one.Second}"))}");
}
