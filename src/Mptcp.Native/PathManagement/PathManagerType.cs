namespace Mptcp.Native.PathManagement;

/// <summary>Which path manager decides about a connection; a socket gets its namespace's when it is made.</summary>
public enum PathManagerType
{
    /// <summary>The kernel's own, by endpoints and limits.</summary>
    Kernel = 0,

    /// <summary>A program, by commands for each connection.</summary>
    Userspace = 1,
}
