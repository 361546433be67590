using System.Collections;
using CsCheck;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Services.Watching;

namespace Mptcp.ControlPlane.Server.Tests.Services.Watching;

/// <summary>The mask on encodings against one on messages.</summary>
public class EventMaskProperties
{
    private static readonly string[] Paths = [.. PathsOf(Event.Descriptor, "", depth: 0)];

    [Fact]
    public void What_is_left_of_an_event_is_what_the_mask_names()
        => Gen.Select(AnyMessage.Event, Gen.OneOf(Paths).Array[0, 6]).Sample(
            (message, paths) =>
            {
                var mask = new EventMask();
                foreach (var path in paths)
                    Assert.Null(mask.Add(path, Event.Descriptor));
                var left = Event.Parser.ParseFrom(mask.Apply(message.ToByteArray()));
                var kept = message.Clone();
                Keep(kept, "", paths);
                Assert.Equal(kept, left);
            },
            iter: 2_000);

    [Theory]
    [InlineData("sequenz", "Event has no field \"sequenz\"; it has sequence, time, namespace, type,")]
    [InlineData("connection.owner.name", "ConnectionOwner has no field \"name\"; it has uid, cgroup, pid, command")]
    [InlineData("token.value", "\"token\" of Event has no fields")]
    [InlineData("connection.", "Connection has no field \"\"; it has namespace,")]
    [InlineData("", "Event has no field \"\"; it has sequence,")]
    [InlineData("connectionId", "Event has no field \"connectionId\"")]
    public void A_path_that_leads_nowhere_is_refused_with_what_there_is(string path, string problem)
        => Assert.StartsWith(problem, new EventMask().Add(path, Event.Descriptor), StringComparison.Ordinal);

    [Fact]
    public void A_path_behind_one_that_asks_for_all_is_checked_and_takes_nothing_away()
    {
        var mask = new EventMask();
        Assert.Null(mask.Add("subflow", Event.Descriptor));
        Assert.Null(mask.Add("subflow.local", Event.Descriptor));
        Assert.NotNull(mask.Add("subflow.nothing", Event.Descriptor));

        var told = new Event { Subflow = new Subflow { LocalId = 3 } };
        Assert.Equal(told, Event.Parser.ParseFrom(mask.Apply(told.ToByteArray())));
    }

    [Fact]
    public void What_is_there_without_anything_in_it_stays_so()
    {
        var mask = new EventMask();
        Assert.Null(mask.Add("address.address.port", Event.Descriptor));

        var told = new Event { Address = new AnnouncedAddress { Address = new SocketAddress() } };
        Assert.Equal(told, Event.Parser.ParseFrom(mask.Apply(told.ToByteArray())));
    }

    // What is in the entries of a map is not worth asking for.
    private static IEnumerable<string> PathsOf(MessageDescriptor type, string prefix, int depth)
        => type.Fields.InDeclarationOrder().SelectMany(field => field is { FieldType: FieldType.Message, IsMap: false } && depth < 3
            ? PathsOf(field.MessageType, $"{prefix}{field.Name}.", depth + 1).Prepend(prefix + field.Name)
            : [prefix + field.Name]);

    private static void Keep(IMessage message, string prefix, string[] paths)
    {
        foreach (var field in message.Descriptor.Fields.InDeclarationOrder())
        {
            var name = prefix + field.Name;
            // To clear one that is not set would clear what else is set of its oneof.
            if (paths.Contains(name) || (field.HasPresence && !field.Accessor.HasValue(message)))
                continue;
            if (!paths.Any(path => path.StartsWith($"{name}.", StringComparison.Ordinal)))
                field.Accessor.Clear(message);
            else if (field.IsRepeated)
                ((IList)field.Accessor.GetValue(message)).Cast<IMessage>().ToList().ForEach(one => Keep(one, $"{name}.", paths));
            else if (field.Accessor.GetValue(message) is IMessage nested)
                Keep(nested, $"{name}.", paths);
        }
    }
}
