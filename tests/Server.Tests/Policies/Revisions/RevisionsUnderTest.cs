using Microsoft.Extensions.Logging;
using Mptcp.ControlPlane.Server.Policies.Documents;
using Mptcp.ControlPlane.Server.Policies.Model;
using Mptcp.ControlPlane.Server.Policies.Revisions;
using Mptcp.ControlPlane.Server.Tests.Support;

namespace Mptcp.ControlPlane.Server.Tests.Policies.Revisions;

/// <summary>The policies of a daemon that can be restarted, on a clock that a test moves.</summary>
internal sealed class RevisionsUnderTest : IDisposable
{
    public static readonly PolicyAuthor Somebody = new(PolicyAuthorKind.Process) { UserId = 1000, ProcessId = 42, Command = "tester" };

    private readonly TemporaryDirectory _directory = new();
    private readonly LoggerFactory _loggers;

    public RevisionsUnderTest()
    {
        _loggers = new LoggerFactory([Log]);
        Revisions = Start();
    }

    public CollectedLog Log { get; } = new();

    public JumpingClock Time { get; } = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public FakeTarget Target { get; private set; } = new();

    public List<PoliciesChange> Changes { get; } = [];

    public PolicyRevisions Revisions { get; private set; }

    public string Directory => _directory.File("state");

    public string StateFile => Path.Combine(Directory, PolicyStore.FileName);

    public string PreviousFile => Path.Combine(Directory, PolicyStore.PreviousName);

    public KeptRevision Holding => Revisions.History.Holding;

    /// <summary>The names of the policies that are made true.</summary>
    public string Enforced => Target.Adopted.Count == 0 ? "" : string.Join(',', Target.Adopted[^1].Document.Policies.Select(policy => policy.Name));

    /// <summary>A document with one policy of a name.</summary>
    public static PolicyProposal Proposal(string name, TimeSpan confirmWithin = default, string etag = "")
    {
        var document = new PolicyDocument { Policies = [new PathPolicy(name)] };
        return new PolicyProposal(PolicyDocumentWriter.Write(document), document, Somebody) { ConfirmWithin = confirmWithin, Etag = etag };
    }

    public KeptRevision Apply(string name, TimeSpan confirmWithin = default, string etag = "") => Revisions.Apply(Proposal(name, confirmWithin, etag));

    /// <summary>Ends the daemon; it can be started again.</summary>
    public void Stop() => Revisions.Dispose();

    /// <summary>Starts the daemon once more, after some time.</summary>
    public void Restart(TimeSpan after = default)
    {
        Stop();
        Time.Advance(after);
        Target = new FakeTarget();
        Revisions = Start();
    }

    public void Dispose()
    {
        Stop();
        _loggers.Dispose();
        _directory.Dispose();
    }

    private PolicyRevisions Start()
    {
        var log = _loggers.CreateLogger<PolicyRevisions>();
        var revisions = new PolicyRevisions(PolicyStore.Open(Directory, log, Time), Target, Changes.Add, log, Time);
        revisions.Start();
        return revisions;
    }
}
