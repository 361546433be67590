using Mptcp.Native.Netlink;

namespace Mptcp.Native.Tests.ScriptedKernel;

/// <summary>What one call of <see cref="INetlinkTransport.Receive"/> gives: a datagram, or a failure.</summary>
/// <param name="Datagram">The bytes.</param>
/// <param name="Sender">Whose they are; 0 is the kernel.</param>
/// <param name="Failure">What is thrown in their place.</param>
internal sealed record Delivery(byte[] Datagram, uint Sender = 0, Exception? Failure = null)
{
    public static Delivery Failing(Exception failure) => new([], Failure: failure);

    public static implicit operator Delivery(byte[] datagram) => new(datagram);
}
