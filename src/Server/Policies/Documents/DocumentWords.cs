using Mptcp.ControlPlane.Server.Policies.Model;

namespace Mptcp.ControlPlane.Server.Policies.Documents;

/// <summary>The words of policy documents.</summary>
internal static class DocumentWords
{
    public static readonly Words<bool> Flag = new(("true", true), ("false", false));

    public static readonly Words<bool?> Side = new(("client", false), ("server", true));

    public static readonly Words<PolicyMode> Mode = new(("userspace", PolicyMode.Userspace), ("kernel", PolicyMode.Kernel));

    public static readonly Words<PathStrategy> Strategy = new(
        ("none", PathStrategy.None),
        ("fullmesh", PathStrategy.FullMesh),
        ("ndiffports", PathStrategy.Ndiffports),
        ("per-interface", PathStrategy.PerInterface),
        ("delegate", PathStrategy.Delegate));

    public static readonly Words<AddressFamilies> Family = new(("ipv4", AddressFamilies.IPv4), ("ipv6", AddressFamilies.IPv6));

    public static readonly Words<RemoteChoice> Remotes = new(
        ("initial", RemoteChoice.Initial),
        ("announced", RemoteChoice.Announced),
        ("both", RemoteChoice.Both));

    public static readonly Words<BackupStandby> Standby = new(("hot", BackupStandby.Hot), ("cold", BackupStandby.Cold));

    public static readonly Words<BackupTrigger> ActiveWhen = new(("none_left", BackupTrigger.NoneLeft), ("any_lost", BackupTrigger.AnyLost));
}
