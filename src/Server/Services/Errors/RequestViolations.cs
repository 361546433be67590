using Google.Rpc;
using Grpc.Core;
using Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Server.Services.Errors;

/// <summary>Collects everything that is wrong with a request, so that its sender hears all of it at once.</summary>
internal sealed class RequestViolations
{
    private readonly List<BadRequest.Types.FieldViolation> _violations = [];

    public bool Any => _violations.Count > 0;

    /// <summary>Notes a violation.</summary>
    /// <param name="field">The path of the field as the proto files spell it: <c>endpoint.flags[1]</c>.</param>
    /// <param name="description">What a right value is: "must be 1 to 255, and is 300".</param>
    public void Add(string field, string description)
        => _violations.Add(new BadRequest.Types.FieldViolation { Field = field, Description = description });

    /// <summary>Refuses the request if anything is wrong with it.</summary>
    /// <exception cref="ControlPlaneException">INVALID_ARGUMENT, with every violation.</exception>
    public void ThrowIfAny()
    {
        if (!Any)
            return;
        var all = string.Join("; ", _violations.Select(violation => $"{violation.Field} {violation.Description}"));
        throw new ControlPlaneException(StatusCode.InvalidArgument, ErrorReason.InvalidRequest, $"the request is not valid: {all}")
        {
            Violations = _violations,
        };
    }
}
