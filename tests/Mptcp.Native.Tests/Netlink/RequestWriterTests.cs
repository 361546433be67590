using System.Net;
using Mptcp.Native.Netlink;

namespace Mptcp.Native.Tests.Netlink;

public class RequestWriterTests
{
    [Fact]
    public void Every_kind_of_value_is_written()
    {
        var request = new RequestWriter(0x1234, 0x0300, "test");
        request.Structure(3)[1] = 0xaa;
        request.Write(1, (byte)0x11);
        request.Write(2, (ushort)0x2233);
        request.Write(3, 0x44556677u);
        request.Write(4, -2);
        request.Write(5, "lo");
        request.Write(6, IPAddress.Parse("198.18.1.2"));
        using (request.Nest(7))
        {
            using (request.Nest(8))
                request.Write(9, (byte)1);
            request.Write(10, IPAddress.Parse("2001:db8::2"));
        }

        Assert.Equal(
            [
                0x68, 0x00, 0x00, 0x00, // length 104
                0x34, 0x12, 0x01, 0x03, // type 0x1234, NLM_F_DUMP | NLM_F_REQUEST
                0x04, 0x03, 0x02, 0x01, // sequence 0x01020304
                0x00, 0x00, 0x00, 0x00, // port 0
                0x00, 0xaa, 0x00, 0x00, // structure, padding
                0x05, 0x00, 0x01, 0x00, // length 5, attribute 1
                0x11, 0x00, 0x00, 0x00, // 0x11, padding
                0x06, 0x00, 0x02, 0x00, // length 6, attribute 2
                0x33, 0x22, 0x00, 0x00, // 0x2233, padding
                0x08, 0x00, 0x03, 0x00, // length 8, attribute 3
                0x77, 0x66, 0x55, 0x44, // 0x44556677
                0x08, 0x00, 0x04, 0x00, // length 8, attribute 4
                0xfe, 0xff, 0xff, 0xff, // -2
                0x07, 0x00, 0x05, 0x00, // length 7, attribute 5
                0x6c, 0x6f, 0x00, 0x00, // "lo", padding
                0x08, 0x00, 0x06, 0x00, // length 8, attribute 6
                0xc6, 0x12, 0x01, 0x02, // 198.18.1.2
                0x24, 0x00, 0x07, 0x80, // length 36, attribute 7, nested
                0x0c, 0x00, 0x08, 0x80, // length 12, attribute 8, nested
                0x05, 0x00, 0x09, 0x00, // length 5, attribute 9
                0x01, 0x00, 0x00, 0x00, // 1, padding
                0x14, 0x00, 0x0a, 0x00, // length 20, attribute 10
                0x20, 0x01, 0x0d, 0xb8, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, // 2001:db8::2
            ],
            request.Finish(0x01020304).ToArray());
    }

    [Fact]
    public void A_request_may_be_sent_again_under_another_number()
    {
        var request = new RequestWriter(28, 4, "test");
        request.Write(1, (byte)1);
        var first = request.Finish(1).ToArray();
        var second = request.Finish(2).ToArray();
        Assert.Equal(2, second[8]);
        second[8] = 1;
        Assert.Equal(first, second);
    }

    [Fact]
    public void An_attribute_that_its_length_cannot_say_is_refused()
    {
        var request = new RequestWriter(28, 4, "test");
        request.Write(1, new string('x', ushort.MaxValue - 5));
        var exception = Assert.Throws<ArgumentException>(() => request.Write(1, new string('x', ushort.MaxValue - 4)));
        Assert.Contains("test: 65532 bytes do not fit into attribute 1", exception.Message, StringComparison.Ordinal);
    }
}
