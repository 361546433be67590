namespace Mptcp.ControlPlane.Server.Services.Sampling;

/// <summary>What is sampled: it is read once for each sample.</summary>
internal abstract class SampleSource
{
    /// <summary>True once nothing will ever be read again.</summary>
    public virtual bool HasEnded => false;

    /// <summary>Asks the kernel.</summary>
    public abstract IReadOnlyList<ConnectionSockets> Read();
}
