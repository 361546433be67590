namespace Mptcp.ControlPlane.Server.State.Events;

/// <summary>What kinds of things types of events are about; what is neither here is about connections and listeners.</summary>
internal static class StateEventTypes
{
    /// <summary>Whether it tells of a network namespace.</summary>
    public static bool IsAboutNamespace(this StateEventType type)
        => type is StateEventType.NamespaceAdded or StateEventType.NamespaceRemoved;

    /// <summary>Whether it tells of the policies or of a controller, which belong to no namespace.</summary>
    public static bool IsAboutDecisions(this StateEventType type) => type is StateEventType.PoliciesChanged or StateEventType.SessionChanged;

    /// <summary>Whether it tells of a network interface or of an address of this host.</summary>
    public static bool IsAboutInterfaces(this StateEventType type) => type
        is StateEventType.InterfaceAdded or StateEventType.InterfaceChanged or StateEventType.InterfaceRemoved
        or StateEventType.InterfaceSnapshot
        or StateEventType.LocalAddressAdded or StateEventType.LocalAddressChanged or StateEventType.LocalAddressRemoved;
}
