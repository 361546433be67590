using System.Globalization;
using System.Text;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Policies.Documents;
using Mptcp.ControlPlane.Server.Policies.Model;
using Mptcp.ControlPlane.Server.Policies.Revisions;
using Mptcp.ControlPlane.Server.Services.Errors;
using PolicyAuthor = Mptcp.ControlPlane.Server.Policies.Revisions.PolicyAuthor;
using PolicyDocument = Mptcp.ControlPlane.Server.Policies.Model.PolicyDocument;
using PolicyEnforcement = Mptcp.ControlPlane.Server.Policies.Revisions.PolicyEnforcement;

namespace Mptcp.ControlPlane.Server.Services.Mapping.Policies;

/// <summary>Reads what a caller wants to hold, with everything that is wrong with it noted.</summary>
internal static class ApplyRequestParsing
{
    public const uint MostPreviewed = 1_000;
    private const uint DefaultPreviewed = 20;
    private const int LongestYaml = 1024 * 1024;
    private const int LongestComment = 1_000;
    private const string DocumentField = "document";
    private static readonly TimeSpan ShortestDeadline = TimeSpan.FromSeconds(1);

    /// <param name="request">What the caller wants.</param>
    /// <param name="author">Who the caller is.</param>
    /// <param name="configured">The roles of the configuration, whose names a document's may not have.</param>
    /// <exception cref="ControlPlaneException">INVALID_ARGUMENT, with every violation.</exception>
    public static PolicyProposal Read(ApplyPoliciesRequest request, PolicyAuthor author, IReadOnlyList<Role> configured)
    {
        var violations = new RequestViolations();
        var document = ReadSource(request, configured, violations);
        var enforcement = ReadEnforcement(request.Enforcement, violations);
        var confirmWithin = DurationParsing.Read(request.ConfirmWithin, "confirm_within", violations);
        if (confirmWithin != TimeSpan.Zero && (confirmWithin < ShortestDeadline || confirmWithin > PolicyProposal.LongestConfirmation))
            violations.Add("confirm_within", "must be 1 s to 7 days, or absent");
        CheckComment(request.Comment, violations);
        if (request.PreviewConnections > MostPreviewed)
            violations.Add("preview_connections", $"must be 0 to {MostPreviewed}, and is {request.PreviewConnections}");
        if (request.HasPreviewConnections && !request.ValidateOnly)
            violations.Add("preview_connections", "is only for validate_only");
        violations.ThrowIfAny();
        return new PolicyProposal(
            request.SourceCase == ApplyPoliciesRequest.SourceOneofCase.Yaml ? request.Yaml : PolicyDocumentWriter.Write(document), document, author)
        {
            Enforcement = enforcement,
            Comment = request.Comment,
            Etag = request.Etag,
            ConfirmWithin = confirmWithin,
        };
    }

    /// <summary>How many connections a preview explains.</summary>
    public static int PreviewedConnections(ApplyPoliciesRequest request)
        => (int)(request.HasPreviewConnections ? request.PreviewConnections : DefaultPreviewed);

    public static void CheckComment(string comment, RequestViolations violations)
    {
        if (comment.Length > LongestComment)
            violations.Add("comment", $"must be at most {LongestComment} characters, and has {comment.Length}");
    }

    private static PolicyDocument ReadSource(ApplyPoliciesRequest request, IReadOnlyList<Role> configured, RequestViolations violations)
    {
        switch (request.SourceCase)
        {
            case ApplyPoliciesRequest.SourceOneofCase.Yaml:
                return ReadYaml(request.Yaml, configured, violations);
            case ApplyPoliciesRequest.SourceOneofCase.Document:
                return ReadMessage(request.Document, configured, violations);
            default:
                violations.Add("source", "is required: yaml, or document");
                return PolicyDocument.Empty;
        }
    }

    private static PolicyDocument ReadYaml(string text, IReadOnlyList<Role> configured, RequestViolations violations)
    {
        if (Encoding.UTF8.GetByteCount(text) is var length && length > LongestYaml)
        {
            violations.Add("yaml", $"must be at most {LongestYaml} bytes, and has {length}");
            return PolicyDocument.Empty;
        }

        // What a program that failed has written must not end every policy.
        if (string.IsNullOrWhiteSpace(text))
        {
            violations.Add("yaml", "line 1, column 1: must not be empty; \"policies: []\" states that there are none");
            return PolicyDocument.Empty;
        }

        try
        {
            return PolicyDocumentReader.Read(text, configured);
        }
        catch (PolicyDocumentException exception)
        {
            foreach (var violation in exception.Violations)
            {
                violations.Add(
                    violation.Path.Length == 0 ? "yaml" : violation.Path,
                    string.Create(CultureInfo.InvariantCulture, $"line {violation.Line}, column {violation.Column}: {violation.Message}"));
            }

            return PolicyDocument.Empty;
        }
    }

    private static PolicyDocument ReadMessage(
        Control.V1.PolicyDocument message, IReadOnlyList<Role> configured, RequestViolations violations)
    {
        var document = new PolicyDocumentParsing(violations).Read(message, DocumentField);
        // What could not be read would be found wrong a second time.
        if (!violations.Any)
        {
            foreach (var (path, problem) in PolicyValidator.Check(document, configured))
                violations.Add($"{DocumentField}.{path}", problem);
        }

        return document;
    }

    private static PolicyEnforcement ReadEnforcement(Control.V1.PolicyEnforcement enforcement, RequestViolations violations)
    {
        if (enforcement == Control.V1.PolicyEnforcement.Unspecified)
            return PolicyEnforcement.Enforce;
        foreach (var (known, spelled) in PolicyWords.Enforcements)
        {
            if (spelled == enforcement)
                return known;
        }

        violations.Add("enforcement", $"must be one that this daemon knows, and is {(int)enforcement}");
        return PolicyEnforcement.Enforce;
    }
}
