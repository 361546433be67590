namespace Mptcp.ControlPlane.Client;

/// <summary>One way in which a request breaks the rules of the contract.</summary>
/// <param name="Field">The path of the field in the request, for instance <c>local.port</c>.</param>
/// <param name="Description">What is wrong with it.</param>
public sealed record FieldViolation(string Field, string Description);
