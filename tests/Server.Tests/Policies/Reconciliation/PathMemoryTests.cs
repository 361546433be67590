using System.Net;
using Mptcp.ControlPlane.Server.Policies.ByHand;
using Mptcp.ControlPlane.Server.Policies.Reconciliation;

namespace Mptcp.ControlPlane.Server.Tests.Policies.Reconciliation;

/// <summary>How much is remembered of a connection, and what is forgotten of it first.</summary>
public sealed class PathMemoryTests
{
    private const int Most = 512;
    private static readonly IPAddress Local = IPAddress.Parse("198.18.1.1");

    private readonly PathMemory _memory = new();

    [Fact]
    public void Of_too_many_paths_that_failed_the_oldest_is_forgotten_and_that_alone()
    {
        Fail(1, Most);
        Assert.Equal(Most, _memory.Paths.Count);
        Assert.NotNull(_memory.Find(KeyOf(1)));
        // It is there already.
        Assert.Same(_memory.Find(KeyOf(1)), _memory.At(KeyOf(1)));
        Fail(Most + 1, Most + 1);
        Assert.Equal(Most, _memory.Paths.Count);
        Assert.Null(_memory.Find(KeyOf(1)));
        Assert.All(Enumerable.Range(2, Most), port => Assert.Equal(port, _memory.Find(KeyOf(port))?.Failures));
    }

    [Fact]
    public void An_announcement_that_was_taken_back_is_forgotten_and_of_too_many_the_oldest()
    {
        _memory.AtAnnouncement(new IPEndPoint(Local, 1)).Listens = true;
        _memory.Note(new HandNote(HandNoteKind.Announced, new IPEndPoint(Local, 2)));
        for (var port = 3; port <= Most + 1; port++)
            _memory.AtAnnouncement(new IPEndPoint(Local, port));
        Assert.NotNull(_memory.FindAnnouncement(new IPEndPoint(Local, 1)));
        Assert.NotNull(_memory.FindAnnouncement(new IPEndPoint(Local, 2)));
        Assert.Null(_memory.FindAnnouncement(new IPEndPoint(Local, 3)));
        Assert.NotNull(_memory.FindAnnouncement(new IPEndPoint(Local, Most + 1)));

        foreach (var port in (int[])[1, 2, 4])
            _memory.ForgetAnnouncement(new IPEndPoint(Local, port));
        Assert.Null(_memory.FindAnnouncement(new IPEndPoint(Local, 1)));
        Assert.NotNull(_memory.FindAnnouncement(new IPEndPoint(Local, 2)));
        Assert.Null(_memory.FindAnnouncement(new IPEndPoint(Local, 4)));
    }

    [Theory]
    [InlineData((int)HandNoteKind.Made)]
    [InlineData((int)HandNoteKind.Ended)]
    [InlineData((int)HandNoteKind.Set)]
    public void What_was_done_by_hand_is_never_forgotten(int kind)
    {
        _memory.Note(new HandNote((HandNoteKind)kind, new IPEndPoint(Local, 0), KeyOf(1).Remote));
        Fail(2, 3 * Most);
        Assert.Equal(Most, _memory.Paths.Count);
        var record = _memory.Find(KeyOf(1));
        Assert.Equal(
            ((HandNoteKind)kind == HandNoteKind.Made, (HandNoteKind)kind == HandNoteKind.Ended, (HandNoteKind)kind == HandNoteKind.Set),
            (record?.MadeByHand, record?.EndedByHand, record?.SetByHand));
    }

    [Fact]
    public void What_is_there_or_is_being_ended_or_carried_data_is_not_forgotten()
    {
        _memory.At(KeyOf(1)).EstablishedAt = TimeSpan.FromSeconds(1);
        _memory.At(KeyOf(2)).IsEnding = true;
        _memory.At(KeyOf(3)).RegularOn = "eth0";
        Fail(4, 3 * Most);
        Assert.Equal(Most, _memory.Paths.Count);
        Assert.Equal([1, 2, 3], _memory.Paths.Take(3).Select(path => path.Key.Remote.Port));
    }

    private static PathKey KeyOf(int port) => new(Local, new IPEndPoint(IPAddress.Parse("198.18.1.2"), port));

    private void Fail(int first, int last)
    {
        for (var port = first; port <= last; port++)
            _memory.At(KeyOf(port)).Fail("refused", failures: port, notBefore: null, generation: 0);
    }
}
