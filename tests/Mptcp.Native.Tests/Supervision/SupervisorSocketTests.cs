using System.Net.Sockets;
using System.Text;
using Mptcp.Native.Interop;
using Mptcp.Native.Supervision;

namespace Mptcp.Native.Tests.Supervision;

/// <summary>Messages to a service manager.</summary>
public sealed class SupervisorSocketTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("mptcp-native-tests-");
    private readonly Socket _manager = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);

    public void Dispose()
    {
        _manager.Dispose();
        _directory.Delete(recursive: true);
    }

    [Fact]
    public void A_message_reaches_a_manager_at_a_path()
    {
        var path = Path.Combine(_directory.FullName, "notify");
        _manager.Bind(new UnixDomainSocketEndPoint(path));

        Assert.Equal("READY=1\nSTATUS=here", Tell(path, "READY=1\nSTATUS=here"));
    }

    [Fact]
    public void A_message_reaches_a_manager_at_an_abstract_name()
    {
        var name = $"mptcp-native-tests-{Environment.ProcessId}";
        _manager.Bind(new UnixDomainSocketEndPoint($"\0{name}"));

        Assert.Equal("READY=1", Tell($"@{name}", "READY=1"));
    }

    [Fact]
    public void Where_nobody_is_it_says_so()
    {
        var path = Path.Combine(_directory.FullName, "nobody");
        Assert.Equal(Errno.NotFound, Assert.Throws<SystemCallException>(() => SupervisorSocket.Connect(path)).Errno);
        Assert.Equal(Errno.NameTooLong, Assert.Throws<SystemCallException>(() => SupervisorSocket.Connect('/' + new string('n', 107))).Errno);
    }

    [Theory]
    [InlineData(null, "1", "name")]
    [InlineData("1", "1", "name")]
    [InlineData("nobody", "1", "name")]
    public void Descriptors_for_another_process_are_left_alone(string? process, string count, string names)
        => Assert.Empty(InheritedDescriptor.TakeAll(process, count, names));

    private string Tell(string address, string message)
    {
        using var socket = SupervisorSocket.Connect(address);
        socket.Send(message);
        var buffer = new byte[256];
        return Encoding.UTF8.GetString(buffer, 0, _manager.Receive(buffer));
    }
}
