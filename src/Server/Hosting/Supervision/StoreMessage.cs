using Mptcp.Native.Interop;

namespace Mptcp.ControlPlane.Server.Hosting.Supervision;

/// <summary>Something that the service manager is to be told of what it keeps.</summary>
/// <param name="Lines">The lines of the message; none to send nothing, and only hear that all before it was sent.</param>
/// <param name="Descriptor">A descriptor of the message's own to send along; it is closed with the message.</param>
/// <param name="Sent">Called when it was sent, by the thread that did.</param>
internal sealed record StoreMessage(string[] Lines, SafeDescriptor? Descriptor = null, Action? Sent = null);
