using CsCheck;
using Mptcp.Native.Diagnostics;
using Mptcp.Native.Diagnostics.Codecs;
using Mptcp.Native.Netlink;
using Mptcp.Native.Tests.Diagnostics.Bytes;
using Mptcp.Native.Tests.Netlink;

namespace Mptcp.Native.Tests.Diagnostics.Codecs;

/// <summary>Whatever bytes come, sockets are read or have no sense; nothing else is thrown.</summary>
public class SocketCodecProperties
{
    private const int HeaderLength = 16;

    [Fact]
    public void TCP_sockets()
        => Check([SubflowBytes.Listed[HeaderLength..]], bytes => new SocketCodec(SocketExtensions.All, new AddressCache()).ReadTcp(bytes));

    [Fact]
    public void MPTCP_sockets() => Check(
        [MptcpBytes.Connection[HeaderLength..], MptcpBytes.ListenerIPv6[HeaderLength..]],
        bytes => new SocketCodec(SocketExtensions.All, new AddressCache()).ReadMptcp(bytes));

    [Fact]
    public void TCP_info() => Gen.Byte.Array[0, 320].Sample(bytes => IsReadOrRefused(() => TcpInfoCodec.Read(bytes)), iter: 20_000);

    [Fact]
    public void MPTCP_info() => Gen.Byte.Array[0, 120].Sample(bytes => IsReadOrRefused(() => MptcpInfoCodec.Read(bytes)), iter: 20_000);

    private static void Check(byte[][] captured, Action<byte[]> read)
        => RandomBytes.Like(captured).Sample(bytes => IsReadOrRefused(() => read(bytes)), iter: 20_000);

    private static void IsReadOrRefused(Action read)
    {
        try
        {
            read();
        }
        catch (NetlinkFormatException exception)
        {
            Assert.NotEmpty(exception.Message);
        }
    }
}
