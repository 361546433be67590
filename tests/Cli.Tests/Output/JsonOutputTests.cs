using System.Text;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Cli.Output;

namespace Mptcp.ControlPlane.Cli.Tests.Output;

public sealed class JsonOutputTests
{
    static readonly SocketAddress Address = new() { Address = "::1", Port = 443 };

    [Fact]
    public void Documents_are_indented_and_seen_at_once() => Assert.Equal(
        """
        {
          "first": 1,
          "last": 0
        }
        {
          "allow": [],
          "deny": [],
          "mode": "WATCH_MODE_UNSPECIFIED",
          "resumeToken": "",
          "onLost": "LOST_POLICY_UNSPECIFIED",
          "knownConnections": []
        }

        """,
        Write((json, _) =>
        {
            json.Document(new PortRange { First = 1 });
            json.Document(new WatchRequest());
        }));

    [Fact]
    public void Lines_wait_until_they_are_flushed()
    {
        Assert.Equal("", Write((json, _) => json.Line("from", Address)));
        Assert.Equal(
            """
            { "from": { "address": "::1", "port": 443 } }
            { "to": { "address": "", "port": 0 } }

            """,
            Write((json, _) =>
            {
                json.Line("from", Address);
                json.Line("to", new SocketAddress());
                json.Flush();
            }));
    }

    [Fact]
    public void Lines_do_not_wait_for_ever()
    {
        var output = Write((json, _) =>
        {
            for (var i = 0; i < 3000; i++)
                json.Line("from", Address);
        });

        Assert.InRange(output.Length, 64 * 1024, 3000 * 46);
    }

    [Fact]
    public void What_was_said_before_comes_before() => Assert.StartsWith(
        "text\n{",
        Write((json, terminal) =>
        {
            terminal.Out.WriteLine("text");
            json.Document(Address);
        }),
        StringComparison.Ordinal);

    static string Write(Action<JsonOutput, Terminal> write)
    {
        using var output = new MemoryStream();
        var terminal = new Terminal(output, TextWriter.Null);
        write(new JsonOutput(terminal), terminal);
        return Encoding.UTF8.GetString(output.ToArray());
    }
}
