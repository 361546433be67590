namespace Mptcp.ControlPlane.Server.Policies.Documents;

/// <summary>A field of an object.</summary>
/// <param name="Key">Its key, with the place of that.</param>
/// <param name="Value">Its value.</param>
internal sealed record YamlField(YamlNode Key, YamlNode Value)
{
    public string Name => Key.Scalar!;
}
