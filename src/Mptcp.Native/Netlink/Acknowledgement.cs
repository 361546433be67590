using System.Buffers.Binary;
using Mptcp.Native.Interop;
using static Mptcp.Native.Interop.NetlinkHeaders;

namespace Mptcp.Native.Netlink;

/// <summary>What NLMSG_ERROR and NLMSG_DONE say: success, or an errno with the kernel's words about it.</summary>
internal readonly record struct Acknowledgement(Errno? Errno, string? Text, int? Offset, int? MissingAttribute)
{
    public static Acknowledgement Read(ReadOnlySpan<byte> payload, ushort type, ushort flags)
    {
        // A dump's end may carry no error at all on old kernels.
        if (type == NLMSG_DONE && payload.Length < sizeof(int))
            return default;
        if (payload.Length < sizeof(int))
            throw new NetlinkFormatException($"an acknowledgement needs {sizeof(int)} bytes, got {payload.Length}");

        var error = BinaryPrimitives.ReadInt32LittleEndian(payload);
        if (error == int.MinValue)
            throw new NetlinkFormatException($"an acknowledgement with the impossible error {error}");
        var result = new Acknowledgement(error == 0 ? null : new Errno(Math.Abs(error)), null, null, null);
        return (flags & NLM_F_ACK_TLVS) == 0 ? result : result.WithDetails(payload[DetailsStart(payload, type, flags)..]);
    }

    public KernelRefusedException Refusal(string operation)
        => new(operation, Errno!.Value, Text, Offset, MissingAttribute);

    // Between the error and its details NLMSG_ERROR repeats the request: all of it, or its header alone when capped.
    private static int DetailsStart(ReadOnlySpan<byte> payload, ushort type, ushort flags)
    {
        if (type == NLMSG_DONE)
            return sizeof(int);
        if (payload.Length < sizeof(int) + NLMSG_HDRLEN)
            throw new NetlinkFormatException($"an acknowledgement with details needs {sizeof(int) + NLMSG_HDRLEN} bytes, got {payload.Length}");

        var echoed = (flags & NLM_F_CAPPED) != 0 ? NLMSG_HDRLEN : BinaryPrimitives.ReadUInt32LittleEndian(payload[sizeof(int)..]);
        var start = sizeof(int) + ((echoed + 3L) & ~3L);
        return echoed >= NLMSG_HDRLEN && start <= payload.Length
            ? (int)start
            : throw new NetlinkFormatException($"an acknowledgement repeats a request of {echoed} bytes in {payload.Length} bytes");
    }

    private Acknowledgement WithDetails(ReadOnlySpan<byte> details)
    {
        var result = this;
        var attributes = new AttributeReader(details, "acknowledgement");
        while (attributes.MoveNext())
        {
            switch (attributes.Type)
            {
                case NLMSGERR_ATTR_MSG: result = result with { Text = attributes.ReadString() }; break;
                case NLMSGERR_ATTR_OFFS: result = result with { Offset = attributes.ReadInt32() }; break;
                case NLMSGERR_ATTR_MISS_TYPE: result = result with { MissingAttribute = attributes.ReadInt32() }; break;
            }
        }

        return result;
    }
}
