using System.Text;
using System.Text.Json;
using CsCheck;
using Google.Api;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Rpc;
using Mptcp.ControlPlane.Json;

namespace Mptcp.ControlPlane.Cli.Tests.Json;

public sealed class JsonTranscoderTests
{
    static readonly JsonFormatter Formatter = new(JsonFormatter.Settings.Default.WithFormatDefaultValues(true));

    // The contract has hardly any maps, bytes and fractions today; these have.
    static readonly MessageDescriptor[] Others = [ErrorInfo.Descriptor, HttpBody.Descriptor, Distribution.Types.BucketOptions.Descriptor];

    public static TheoryData<string> Types =>
        [.. Contract.Messages.Concat(Others).Where(type => type != HttpBody.Descriptor).Select(type => type.FullName)];

    [Theory]
    [MemberData(nameof(Types))]
    public void A_message_is_written_as_protobufs_own_formatter_writes_it(string name)
    {
        var type = Find(name);

        RandomMessages.Of(type).Sample(message => AssertSame(message, message.ToByteArray()), iter: 300);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void A_message_in_pieces_is_written_as_the_message_they_make(string name)
    {
        var type = Find(name);

        // One message after another is their merger, in which fields are out of order and there more than once.
        RandomMessages.PairsOf(type).Sample(
            pair =>
            {
                byte[] encoded = [.. pair.One.ToByteArray(), .. pair.Other.ToByteArray()];
                AssertSame(type.Parser.ParseFrom(encoded), encoded);
            },
            iter: 100);
    }

    [Fact]
    public void Bytes_are_in_base64()
    {
        var body = new HttpBody { ContentType = "any", Data = ByteString.CopyFrom(0, 255, 128, 7) };

        Assert.Equal("""{ "contentType": "any", "data": "AP+ABw==", "extensions": [ ] }""", Json(HttpBody.Descriptor, body.ToByteArray()));
    }

    static MessageDescriptor Find(string name) => Contract.Messages.Concat(Others).Single(type => type.FullName == name);

    static void AssertSame(IMessage message, byte[] encoded)
    {
        var expected = JsonDocument.Parse(Formatter.Format(message)).RootElement;
        foreach (var indented in new[] { false, true })
        {
            var actual = JsonDocument.Parse(Json(message.Descriptor, encoded, indented)).RootElement;
            Assert.Equal(Flat(expected), Flat(actual));
        }
    }

    // Every value with its path, in the order of the document.
    static IEnumerable<string> Flat(JsonElement element, string path = "$") => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(field => Flat(field.Value, $"{path}.{field.Name}")).Prepend(path + "{}"),
        JsonValueKind.Array => element.EnumerateArray().SelectMany((entry, i) => Flat(entry, $"{path}[{i}]")).Prepend(path + "[]"),
        JsonValueKind.String => [$"{path} = '{element.GetString()}'"],
        JsonValueKind.Number => [$"{path} = {element.GetDouble():r}"],
        _ => [$"{path} = {element.GetRawText()}"],
    };

    static string Json(MessageDescriptor type, byte[] encoded, bool indented = false)
    {
        var json = new JsonBuffer(indented);
        JsonTranscoder.Write(json, new JsonTypes().Of(type), encoded);
        return Encoding.UTF8.GetString(json.Written);
    }
}
