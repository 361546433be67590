using Mptcp.ControlPlane.Server.State;

namespace Mptcp.ControlPlane.Server.Kernel;

/// <summary>A connection of which what is known may not be what is.</summary>
/// <param name="Token">Its token.</param>
/// <param name="Subflows">Subflows that it may have besides those known.</param>
internal readonly record struct Suspect(uint Token, IReadOnlyList<SubflowEnds> Subflows);
