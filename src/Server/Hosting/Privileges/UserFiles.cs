namespace Mptcp.ControlPlane.Server.Hosting.Privileges;

/// <summary>Makes the directories that the daemon needs while it may, for the user that it is about to become.</summary>
internal static class UserFiles
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Makes those that are missing. Of what is there, only the default directory of the socket is the daemon's to give away.</summary>
    /// <exception cref="Mptcp.Native.Interop.SystemCallException">One cannot be given to the user.</exception>
    public static void Prepare(DaemonOptions options, DaemonUser user)
    {
        var socketDirectory = Path.GetDirectoryName(options.SocketPath)!;
        if (!Directory.Exists(socketDirectory) || socketDirectory == Path.GetDirectoryName(DaemonOptions.DefaultSocketPath))
            Give(socketDirectory, ControlSocket.DirectoryMode, user, options.SocketGroup);
        // The lock's file stays from a daemon that ran as root.
        if (File.Exists(options.SocketPath + ControlSocket.LockSuffix))
            FileOwnership.SetOwner(options.SocketPath + ControlSocket.LockSuffix, user.UserId, user.GroupId);
        if (options.StateDirectory is { } state && !Directory.Exists(state))
            Give(state, OwnerOnly, user, group: null);
    }

    private static void Give(string directory, UnixFileMode mode, DaemonUser user, uint? group)
    {
        Directory.CreateDirectory(directory);
        File.SetUnixFileMode(directory, mode); // Whatever the umask.
        FileOwnership.SetOwner(directory, user.UserId, group ?? user.GroupId);
    }
}
