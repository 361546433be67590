namespace Mptcp.ControlPlane.Server.Policies.Revisions;

/// <summary>Policies were not changed.</summary>
/// <param name="refusal">Why.</param>
/// <param name="holding">The revision that holds.</param>
/// <param name="message">A sentence for people.</param>
/// <param name="cause">What went wrong, where something did.</param>
internal sealed class PolicyRefusedException(PolicyRefusal refusal, KeptRevision holding, string message, Exception? cause = null)
    : Exception(message, cause)
{
    public PolicyRefusal Refusal => refusal;

    public KeptRevision Holding => holding;
}
