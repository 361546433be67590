using System.Globalization;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Mptcp.Lab.Interop;

namespace Mptcp.Lab;

/// <summary>
/// Stands in the place of a host's kernel, behind netlink sockets that this process has open: what is asked is answered by a test, and
/// what is heard a test says. Sockets that are opened later reach the kernel itself. Disposing it makes it silent, and whoever asks it then fails.
/// </summary>
public sealed partial class ReplacedNetlink : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    readonly List<Socket> _sockets = [];
    readonly List<Thread> _threads = [];

    internal ReplacedNetlink(IReadOnlyList<int> descriptors, Func<byte[], IEnumerable<byte[]>> answer)
    {
        foreach (var descriptor in descriptors)
        {
            var (theirs, ours) = Kernel.OpenPair(Patience);
            ours.SendTimeout = (int)Patience.TotalMilliseconds;
            _sockets.Add(ours);
            var waiting = FindWaiting(descriptor);
            using (theirs)
                Kernel.Redirect(descriptor, theirs);
            foreach (var (epoll, events, key) in waiting)
                Kernel.WatchAgain(epoll, descriptor, events, key);
            var thread = new Thread(() => Serve(ours, answer)) { Name = "replaced netlink", IsBackground = true };
            thread.Start();
            _threads.Add(thread);
        }
    }

    /// <summary>How many sockets there were.</summary>
    public int Count => _sockets.Count;

    /// <summary>Says something on all of them.</summary>
    public void Say(byte[] datagram) => _sockets.ForEach(socket => socket.Send(datagram));

    /// <inheritdoc />
    public void Dispose()
    {
        _sockets.ForEach(socket => socket.Dispose());
        _threads.ForEach(thread => thread.Join());
    }

    static void Serve(Socket socket, Func<byte[], IEnumerable<byte[]>> answer)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (true)
            {
                var request = buffer[..socket.Receive(buffer)];
                foreach (var datagram in answer(request))
                    TrySend(socket, datagram);
            }
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException)
        {
            // Nobody asks any more, on either side.
        }
    }

    // Whoever has heard enough reads no more.
    static void TrySend(Socket socket, byte[] datagram)
    {
        try
        {
            socket.Send(datagram);
        }
        catch (SocketException full) when (full.SocketErrorCode is SocketError.TimedOut or SocketError.WouldBlock or SocketError.NoBufferSpaceAvailable)
        {
        }
    }

    // "tfd:       70 events:       19 data:                1  pos:0 ino:… sdev:…" of proc(5).
    static List<(int Epoll, uint Events, ulong Key)> FindWaiting(int descriptor)
    {
        var found = new List<(int, uint, ulong)>();
        foreach (var link in Directory.GetFileSystemEntries("/proc/self/fd"))
        {
            if (new FileInfo(link).LinkTarget != "anon_inode:[eventpoll]")
                continue;
            foreach (Match match in Waiting().Matches(File.ReadAllText($"/proc/self/fdinfo/{Path.GetFileName(link)}")))
            {
                if (int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) == descriptor)
                {
                    found.Add((
                        int.Parse(Path.GetFileName(link), CultureInfo.InvariantCulture),
                        uint.Parse(match.Groups[2].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture),
                        ulong.Parse(match.Groups[3].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture)));
                }
            }
        }

        return found;
    }

    [GeneratedRegex(@"tfd:\s*(\d+)\s+events:\s*([0-9a-f]+)\s+data:\s*([0-9a-f]+)")]
    private static partial Regex Waiting();
}
