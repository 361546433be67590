namespace Mptcp.ControlPlane.Server.Sessions.Deciding;

/// <summary>How it stands with the connections of a role.</summary>
/// <param name="Delegated">How many are delegated to it.</param>
/// <param name="FallenBack">About how many of them a fallback decides.</param>
/// <param name="Subflows">How many live subflows its controllers have made.</param>
/// <param name="IsResponsive">False when its primary missed a decision and is not taken for being back since.</param>
internal sealed record RoleStanding(int Delegated, int FallenBack, int Subflows, bool IsResponsive);
