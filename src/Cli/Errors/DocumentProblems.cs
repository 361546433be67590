using System.Text.RegularExpressions;
using Grpc.Core;
using Mptcp.ControlPlane.Cli.Commands;
using Mptcp.ControlPlane.Client;

namespace Mptcp.ControlPlane.Cli.Errors;

/// <summary>What is wrong with a file of the caller, line by line as compilers tell it: <c>FILE:LINE:COLUMN: message</c>.</summary>
/// <param name="lines">A line for each problem.</param>
sealed partial class DocumentProblems(IReadOnlyList<string> lines) : Exception(string.Join("; ", lines))
{
    public IReadOnlyList<string> Lines => lines;

    /// <summary>Takes a refusal apart.</summary>
    /// <returns>Null where it says of nothing at which line it is wrong.</returns>
    public static DocumentProblems? Of(RpcException exception, string file)
    {
        var error = ControlPlaneError.From(exception);
        if (!error.Violations.Any(violation => Place().IsMatch(violation.Description)))
            return null;
        var name = PolicyFile.NameOf(file);
        var lines = error.Violations.Select(violation => LineOf(violation, name)).ToList();
        if (error.Metadata.TryGetValue("violations_left_out", out var leftOut))
            lines.Add($"{name}: and {leftOut} more");
        return new DocumentProblems(lines);
    }

    // What is wrong with other fields of the request has no place in the file.
    static string LineOf(FieldViolation violation, string file)
    {
        var place = Place().Match(violation.Description);
        if (!place.Success)
            return $"{violation.Field}: {violation.Description}";
        var field = violation.Field == "yaml" ? "" : violation.Field + " ";
        return $"{file}:{place.Groups["line"]}:{place.Groups["column"]}: {field}{violation.Description[place.Length..]}";
    }

    // As policy.proto has it.
    [GeneratedRegex(@"^line (?<line>\d+), column (?<column>\d+): ")]
    private static partial Regex Place();
}
