using Mptcp.Fuzzing.Engine;
using Mptcp.Native.Diagnostics;
using Mptcp.Native.Diagnostics.Codecs;
using Mptcp.Native.Tests.Diagnostics.Bytes;

namespace Mptcp.Fuzzing.Harnesses.Netlink;

/// <summary>What sock_diag answers: sockets with mptcp_info, tcp_info, and what subflows tell of themselves.</summary>
internal sealed class SocketHarness() : Harness("sockets")
{
    public override IReadOnlyList<byte[]> Seeds { get; }
        = CapturedMessages.Answers(typeof(SocketBytes), typeof(MptcpBytes), typeof(SubflowBytes));

    public override IReadOnlyList<byte[]> Words { get; } = Bytes("mptcp\0", "tls\0", "cubic\0", "bbr\0", "dctcp\0");

    public override void Take(byte[] input)
    {
        var query = new SocketQuery { Extensions = SocketExtensions.All };
        Ask(input, diagnostics => Show(diagnostics.ListMptcpSockets(query)));
        Ask(input, diagnostics => Show(diagnostics.ListTcpSockets(query)));
        Ask(input, diagnostics => diagnostics.FindConnection(1));
        Refusals.Allow(() => MptcpInfoCodec.Read(input));
        Refusals.Allow(() => TcpInfoCodec.Read(input));
    }

    private static void Ask(byte[] input, Action<SocketDiagnostics> ask) => Refusals.Allow(() =>
    {
        using var diagnostics = new SocketDiagnostics(new ReplayedKernel(input));
        ask(diagnostics);
    });

    private static void Show(IEnumerable<InternetSocket> sockets)
    {
        foreach (var socket in sockets)
            BrokenPromiseException.Unless(socket.ToString()!.Length > 0, "a socket can be shown");
    }
}
