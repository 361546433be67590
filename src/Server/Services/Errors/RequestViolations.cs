using Google.Rpc;
using Grpc.Core;
using Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Server.Services.Errors;

/// <summary>Collects everything that is wrong with a request, so that its sender hears all of it at once.</summary>
internal sealed class RequestViolations
{
    // An error travels in headers, of which callers take 16 to 64 KiB, and it says everything twice.
    private const int LongestText = 6000;

    // A description may quote what was sent.
    private const int LongestDescription = 500;

    private readonly List<BadRequest.Types.FieldViolation> _violations = [];
    private int _length;
    private int _untold;

    public bool Any => _violations.Count > 0;

    /// <summary>Notes a violation.</summary>
    /// <param name="field">The path of the field as the proto files spell it: <c>endpoint.flags[1]</c>.</param>
    /// <param name="description">What a right value is: "must be 1 to 255, and is 300".</param>
    public void Add(string field, string description)
    {
        if (description.Length > LongestDescription)
            description = string.Concat(description.AsSpan(0, LongestDescription), "…");
        _length += field.Length + description.Length;
        if (_length <= LongestText || !Any)
            _violations.Add(new BadRequest.Types.FieldViolation { Field = field, Description = description });
        else
            _untold++;
    }

    /// <summary>Refuses the request if anything is wrong with it.</summary>
    /// <exception cref="ControlPlaneException">INVALID_ARGUMENT, with every violation as far as they fit.</exception>
    public void ThrowIfAny()
    {
        if (Any)
            throw ToException();
    }

    /// <summary>The refusal of a request with which something is wrong.</summary>
    public ControlPlaneException ToException()
    {
        var all = string.Join("; ", _violations.Select(violation => $"{violation.Field} {violation.Description}"));
        var rest = _untold == 0 ? "" : $"; and {_untold} more";
        return new ControlPlaneException(StatusCode.InvalidArgument, ErrorReason.InvalidRequest, $"the request is not valid: {all}{rest}")
        {
            Violations = _violations,
            Metadata = _untold == 0 ? [] : new Dictionary<string, string> { ["violations_left_out"] = $"{_untold}" },
        };
    }
}
