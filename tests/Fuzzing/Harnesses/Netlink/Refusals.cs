using Mptcp.Fuzzing.Engine;
using Mptcp.Native;
using Mptcp.Native.Netlink;

namespace Mptcp.Fuzzing.Harnesses.Netlink;

/// <summary>What those who ask the kernel say that they throw.</summary>
internal static class Refusals
{
    /// <summary>Runs something that may be refused so.</summary>
    public static void Allow(Action run)
    {
        try
        {
            run();
        }
        catch (Exception exception)
            when (exception is NetlinkFormatException or NetlinkTransportException or KernelRefusedException or DumpInterruptedException
                or MptcpUnavailableException)
        {
            BrokenPromiseException.Unless(exception.Message.Length > 0, "a refusal has words");
        }
    }
}
