using Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Cli.Parsing;

/// <summary>Endpoint flags as a list with commas.</summary>
static class EndpointFlagText
{
    /// <summary>The flags that may be given; <c>implicit</c> is the kernel's own.</summary>
    public static readonly IReadOnlyList<string> Names =
        [.. EnumText.Names<EndpointFlag>().Where(name => name != EnumText.Format(EndpointFlag.Implicit))];

    public static EndpointFlag[] Parse(string text) =>
        [.. text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(name => EnumText.Parse<EndpointFlag>(name, Names))
            .Distinct()];

    public static string Format(IEnumerable<EndpointFlag> flags) => string.Join(',', flags.Select(EnumText.Format));
}
