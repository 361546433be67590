using System.Net.Sockets;
using System.Text;
using Grpc.Core;
using Mptcp.ControlPlane.Server.Security.Audit;
using Mptcp.ControlPlane.Server.Tests.Support;

namespace Mptcp.ControlPlane.Server.Tests.Security.Audit;

/// <summary>The trail in the journal, of which there is a socket.</summary>
public sealed class AuditJournalTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly Socket _listening = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { ReceiveTimeout = 30_000 };

    public void Dispose()
    {
        _listening.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public void Each_entry_is_a_datagram_of_fields()
    {
        using var journal = new AuditJournal(_directory.File("socket"));
        _listening.Bind(new UnixDomainSocketEndPoint(_directory.File("socket")));
        var denied = TrailUnderTest.Entry("") with { Allowed = false, Status = StatusCode.PermissionDenied, Reason = "ACCESS_DENIED", RequestId = "two\nlines" };
        Assert.Equal(1, journal.Write([new AuditBatchLine(denied, new StoredLine(5, "{ \"sequence\": 5 }\n"u8.ToArray()))], out var failure));
        Assert.Null(failure);
        Assert.Equal(
            "MESSAGE=audit: user 0 (mptcpctl, process 42): mptcp.control.v1.EndpointService/UpdateLimits: PERMISSION_DENIED (ACCESS_DENIED)\n"
            + "PRIORITY=4\n"
            + "SYSLOG_IDENTIFIER=mptcp-controld\n"
            + "MPTCP_SEQUENCE=5\n"
            + "MPTCP_CALLER=user:0\n"
            + "MPTCP_METHOD=/mptcp.control.v1.EndpointService/UpdateLimits\n"
            + "MPTCP_REQUEST_ID\n\t\0\0\0\0\0\0\0two\nlines\n"
            + "MPTCP_ALLOWED=no\n"
            + "MPTCP_STATUS=PERMISSION_DENIED\n"
            + "MPTCP_REASON=ACCESS_DENIED\n"
            + "MPTCP_AUDIT={ \"sequence\": 5 }\n",
            Receive());
    }

    [Fact]
    public void A_journal_that_is_not_there_is_a_failure_and_one_that_comes_is_none()
    {
        using var journal = new AuditJournal(_directory.File("socket"));
        var line = new AuditBatchLine(TrailUnderTest.Entry(""), new StoredLine(5, "{}\n"u8.ToArray()));
        Assert.Equal(0, journal.Write([line], out var failure));
        Assert.IsType<SocketException>(failure);
        _listening.Bind(new UnixDomainSocketEndPoint(_directory.File("socket")));
        Assert.Equal(2, journal.Write([line, line], out failure));
        Assert.Null(failure);
        Assert.Contains("MPTCP_AUDIT={}", Receive(), StringComparison.Ordinal);
    }

    private string Receive()
    {
        var buffer = new byte[4096];
        return Encoding.UTF8.GetString(buffer, 0, _listening.Receive(buffer));
    }
}
