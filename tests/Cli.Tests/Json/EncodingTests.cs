using System.Text;
using System.Text.Json;
using CsCheck;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Cli.Json;
using Mptcp.ControlPlane.Json;

namespace Mptcp.ControlPlane.Cli.Tests.Json;

/// <summary>What encoded messages may hold beside what this contract's own messages do.</summary>
public sealed class EncodingTests
{
    [Fact]
    public void Fields_that_are_not_known_are_passed_over()
    {
        byte[] encoded =
        [
            0x10, 0x50, // field 2, port: 80
            0xa0, 0x06, 0x96, 0x01, // field 100: 150
            0xa9, 0x06, 1, 2, 3, 4, 5, 6, 7, 8, // field 101: 64 bits
            0xb2, 0x06, 2, 0x10, 0x51, // field 102: two bytes that look like a port
            0xbb, 0x06, 0x10, 0x52, 0x0b, 0x10, 0x53, 0x0c, 0xbc, 0x06, // field 103: a group with a group in it
            0xc5, 0x06, 1, 2, 3, 4, // field 104: 32 bits
            0x15, 1, 2, 3, 4, // field 2 again, but in 32 bits, as no port is
        ];

        Assert.Equal("""{ "address": "", "port": 80 }""", Json(SocketAddress.Descriptor, encoded));
    }

    [Fact]
    public void Numbers_of_a_list_may_be_packed_or_not()
    {
        byte[] encoded =
        [
            0x18, 0x01, // field 3, tokens: 1
            0x1a, 3, 0x02, 0xac, 0x02, // field 3: 2 and 300
            0x48, 0x07, // field 9: true
            0x18, 0x04, // field 3: 4
        ];

        Assert.Equal([1u, 2u, 300u, 4u], EventFilter.Parser.ParseFrom(encoded).Tokens);
        Assert.Contains("\"tokens\": [ 1, 2, 300, 4 ], ", Json(EventFilter.Descriptor, encoded), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_a_choice_the_last_member_counts_and_begins_anew()
    {
        var first = new WatchResponse { Sync = new Sync { Sequence = 1, ResumeToken = "one" } };
        var other = new WatchResponse { Bookmark = new Bookmark { Sequence = 2 } };
        var last = new WatchResponse { Sync = new Sync { Sequence = 3 } };
        byte[] encoded = [.. first.ToByteArray(), .. other.ToByteArray(), .. last.ToByteArray()];

        Assert.Equal("""{ "sync": { "sequence": "3", "resumeToken": "", "difference": false } }""", Json(WatchResponse.Descriptor, encoded));
    }

    [Fact]
    public void Text_that_is_no_utf8_is_still_json()
    {
        byte[] encoded = [0x0a, 4, (byte)'a', 0xff, (byte)'"', 0xc3]; // field 1, address

        Assert.Equal("a\ufffd\"\ufffd", JsonDocument.Parse(Json(SocketAddress.Descriptor, encoded)).RootElement.GetProperty("address").GetString());
    }

    [Theory]
    [InlineData(new byte[] { 0x10 }, "a number ends behind its message")]
    [InlineData(new byte[] { 0x10, 0x80, 0x80 }, "a number ends behind its message")]
    [InlineData(new byte[] { 0x10, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0 }, "a number has more than ten bytes")]
    [InlineData(new byte[] { 0x0a, 5, 1, 2 }, "a field ends behind its message")]
    [InlineData(new byte[] { 0x0d, 1, 2, 3 }, "a field ends behind its message")]
    [InlineData(new byte[] { 0x00, 0x01 }, "a field has no number")]
    [InlineData(new byte[] { 0x0f }, "a field is written in a way that there is not")]
    public void What_is_no_message_is_refused(byte[] encoded, string why)
    {
        var failure = Assert.Throws<InvalidDataException>(() => Json(SocketAddress.Descriptor, encoded));

        Assert.Equal("a message of the daemon cannot be read: " + why, failure.Message);
    }

    [Fact]
    public void A_message_may_hold_itself_but_not_for_ever()
    {
        var (one, deep, deeper) = (new SocketFilter { AutomaticPort = true }, new SocketFilter(), new SocketFilter());
        for (var i = 0; i < 250; i++)
        {
            one = new SocketFilter { Not = one };
            (deep, deeper) = i < 90 ? (one, one) : (deep, one);
        }

        Assert.Equal(deep, SocketFilter.Parser.ParseJson(Json(SocketFilter.Descriptor, deep.ToByteArray())));
        Assert.Throws<InvalidDataException>(() => Json(SocketFilter.Descriptor, deeper.ToByteArray()));
    }

    [Fact]
    public void Any_bytes_are_json_or_refused() => Gen.Select(RandomMessages.Of(Event.Descriptor), Gen.Select(Gen.Int[0, 400], Gen.Byte).Array[0, 5]).Sample(
        (message, changes) =>
        {
            var encoded = message.ToByteArray();
            foreach (var (place, value) in changes.Where(_ => encoded.Length > 0))
                encoded[place % encoded.Length] = value;
            try
            {
                JsonDocument.Parse(Json(Event.Descriptor, encoded));
            }
            catch (InvalidDataException)
            {
                // As it should be of bytes that are no message.
            }
        },
        iter: 1_000);

    [Fact]
    public void Pages_become_one_document()
    {
        var pages = new[]
        {
            new ListConnectionsResponse { Connections = { new Connection { Token = 1 }, new Connection { Token = 2 } }, NextPageToken = "a" },
            new ListConnectionsResponse { NextPageToken = "b" },
            new ListConnectionsResponse { Connections = { new Connection { Token = 3 } } },
        };
        var json = new JsonBuffer(indented: true);
        var written = new StringBuilder();
        var list = new JsonPages(json, new JsonTypes().Of(ListConnectionsResponse.Descriptor));

        list.Begin();
        foreach (var page in pages)
        {
            Assert.Equal(page.NextPageToken, JsonPages.TokenOf(page.ToByteArray(), ListConnectionsResponse.NextPageTokenFieldNumber));
            list.Add(page.ToByteArray(), () =>
            {
                written.Append(Encoding.UTF8.GetString(json.Written));
                json.Clear();
            });
        }

        list.End();
        written.Append(Encoding.UTF8.GetString(json.Written));

        var whole = new ListConnectionsResponse { Connections = { pages.SelectMany(page => page.Connections) } };
        Assert.Equal(new JsonFormatter(JsonFormatter.Settings.Default.WithFormatDefaultValues(true).WithIndentation()).Format(whole), written.ToString());
    }

    static string Json(MessageDescriptor type, byte[] encoded)
    {
        var json = new JsonBuffer(indented: false);
        JsonTranscoder.Write(json, new JsonTypes().Of(type), encoded);
        return Encoding.UTF8.GetString(json.Written);
    }
}
