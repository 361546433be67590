using System.Diagnostics;
using System.Net.Sockets;
using Mptcp.ControlPlane.Server.Hosting;
using Mptcp.ControlPlane.Server.Tests.Support;
using Mptcp.Native.Interop;

namespace Mptcp.ControlPlane.Server.Tests.Hosting;

public sealed class ControlSocketTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string SocketPath => _directory.File("made/control.sock");

    [Fact]
    public void The_directory_and_the_socket_are_made_with_their_modes_and_only_the_lock_stays()
    {
        using (var claimed = ControlSocket.Claim(new DaemonOptions { SocketPath = SocketPath, SocketMode = UnixFileMode.UserWrite }))
        {
            using var socket = claimed.Bind();
            Assert.Equal(UnixFileMode.UserWrite, File.GetUnixFileMode(SocketPath));
            Assert.Equal(Convert.ToInt32("750", 8), (int)File.GetUnixFileMode(_directory.File("made")));
            Assert.Equal(SocketError.ConnectionRefused, Connect()); // It does not listen yet.
        }

        Assert.Equal([$"{SocketPath}.lock"], Directory.GetFileSystemEntries(_directory.File("made")));
    }

    [Fact]
    public async Task The_directory_and_the_socket_are_given_to_the_group()
    {
        // An ordinary user's namespace has one group alone, whose gift can only be a repetition.
        var (group, given) = HasGroup(4321) ? (4321u, "4321\n4321\n") : (0u, "0\n0\n");
        using var claimed = ControlSocket.Claim(new DaemonOptions { SocketPath = SocketPath, SocketGroup = group });
        using var socket = claimed.Bind();

        var start = new ProcessStartInfo("stat", ["-c", "%g", _directory.File("made"), SocketPath]) { RedirectStandardOutput = true };
        using var stat = Process.Start(start)!;
        Assert.Equal(given, await stat.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public void What_cannot_be_given_to_a_group_is_refused_with_its_errno()
    {
        var exception = Assert.Throws<SystemCallException>(() => FileOwnership.SetGroup("/nonexistent", 0));
        Assert.Equal(Errno.NotFound, exception.Errno);
        Assert.Contains("give /nonexistent to the group 0", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_path_that_another_daemon_has_is_refused_until_that_ends()
    {
        var options = new DaemonOptions { SocketPath = SocketPath };
        using (ControlSocket.Claim(options))
        {
            var exception = Assert.Throws<StartupException>(() => ControlSocket.Claim(options));
            Assert.Equal($"another mptcp-controld is already serving {SocketPath}", exception.Message);
        }

        ControlSocket.Claim(options).Dispose();
    }

    [Fact]
    public void A_socket_that_somebody_listens_on_is_not_taken_even_without_a_lock()
    {
        Directory.CreateDirectory(_directory.File("made"));
        using var other = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        other.Bind(new UnixDomainSocketEndPoint(SocketPath));
        other.Listen();

        var exception = Assert.Throws<StartupException>(() => ControlSocket.Claim(new DaemonOptions { SocketPath = SocketPath }));
        Assert.Equal($"another mptcp-controld is already serving {SocketPath}", exception.Message);
        Assert.Null(Connect());
    }

    [Fact]
    public void A_socket_that_nobody_listens_on_any_more_is_replaced()
    {
        Directory.CreateDirectory(_directory.File("made"));
        using var dead = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        dead.Bind(new UnixDomainSocketEndPoint(SocketPath));

        using var claimed = ControlSocket.Claim(new DaemonOptions { SocketPath = SocketPath });
        using var socket = claimed.Bind();
        socket.Listen();
        Assert.Null(Connect());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_is_no_socket_is_left_alone(bool isDirectory)
    {
        Directory.CreateDirectory(isDirectory ? SocketPath : _directory.File("made"));
        if (!isDirectory)
            File.WriteAllText(SocketPath, "precious");

        var exception = Assert.Throws<StartupException>(() => ControlSocket.Claim(new DaemonOptions { SocketPath = SocketPath }));
        Assert.Equal($"cannot serve on {SocketPath}: something that is not a socket is there", exception.Message);
        Assert.True(Path.Exists(SocketPath));
    }

    [Fact]
    public void A_path_that_cannot_be_made_is_refused()
    {
        _directory.Write("made", "a file where a directory should be");
        var exception = Assert.Throws<StartupException>(() => ControlSocket.Claim(new DaemonOptions { SocketPath = SocketPath }));
        Assert.StartsWith($"cannot serve on {SocketPath}: ", exception.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _directory.Dispose();

    // user_namespaces(7): each line is the first id inside, the first outside, and how many. Only root may give what is not its own.
    private static bool HasGroup(uint group) => Environment.IsPrivilegedProcess && File.ReadLines("/proc/self/gid_map")
        .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(uint.Parse).ToArray())
        .Any(map => group >= map[0] && group - map[0] < map[2]);

    private SocketError? Connect()
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(SocketPath));
            return null;
        }
        catch (SocketException exception)
        {
            return exception.SocketErrorCode;
        }
    }
}
