using Google.Protobuf.Collections;
using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Services.Connections;
using Mptcp.ControlPlane.Server.Services.Errors;
using Mptcp.ControlPlane.Server.Services.Filters;
using KnownState = Mptcp.ControlPlane.Server.State.ConnectionState;

namespace Mptcp.ControlPlane.Server.Services.Mapping;

/// <summary>Reads what a caller wants listed, with everything that is wrong with it noted.</summary>
internal static class ListRequestMapping
{
    /// <param name="request">The request.</param>
    /// <param name="epoch">The daemon's start, which its page tokens are of.</param>
    /// <exception cref="ControlPlaneException">
    /// INVALID_ARGUMENT, with every violation; FAILED_PRECONDITION: the page token is from before the daemon's start.
    /// </exception>
    public static ListOptions Read(ListConnectionsRequest request, Guid epoch)
    {
        var violations = new RequestViolations();
        if (request.PageSize is < 0 or > ListOptions.LargestPageSize)
            violations.Add("page_size", $"must be 0 to {ListOptions.LargestPageSize}, and is {request.PageSize}");
        var fingerprint = Fingerprint(request);
        var after = ReadPageToken(request.PageToken, violations);
        var isExpired = after is not null && after.Epoch != epoch;
        if (after is not null && !isExpired && after.Fingerprint != fingerprint)
            violations.Add("page_token", "must go with the namespace and the filter of the page that brought it");
        var options = new ListOptions
        {
            PageSize = request.PageSize == 0 ? ListOptions.DefaultPageSize : request.PageSize,
            Filter = request.Filter is { } filter ? ReadFilter(filter, violations) : ListFilter.None,
            Statistics = ReadView(request.View, violations),
            Fingerprint = fingerprint,
            After = after,
        };
        violations.ThrowIfAny();
        return !isExpired ? options : throw new ControlPlaneException(
            StatusCode.FailedPrecondition, ErrorReason.PageTokenExpired,
            "the page token is from before the daemon's restart; list again from the beginning");
    }

    /// <summary>Reads whether the kernel's figures are asked for.</summary>
    public static bool ReadView(ConnectionView view, RequestViolations violations)
    {
        if (!Enum.IsDefined(view))
            violations.Add("view", $"must be a view that this daemon knows, and is {(int)view}");
        return view == ConnectionView.Statistics;
    }

    private static PageToken? ReadPageToken(string text, RequestViolations violations)
    {
        if (text.Length == 0)
            return null;
        var token = PageToken.TryParse(text);
        if (token is null)
            violations.Add("page_token", "must be the next_page_token of an earlier page");
        return token;
    }

    private static ListFilter ReadFilter(ConnectionFilter filter, RequestViolations violations) => new()
    {
        Tokens = filter.Tokens.ToHashSet(),
        ConnectionIds = filter.ConnectionIds.ToHashSet(),
        States = ReadStates(filter.States, violations),
        Local = EndFilterParsing.Read(filter.LocalPrefixes, filter.LocalPorts, "filter.local", violations),
        Remote = EndFilterParsing.Read(filter.RemotePrefixes, filter.RemotePorts, "filter.remote", violations),
        ServerSide = filter.HasServerSide ? filter.ServerSide : null,
        Owner = new OwnerFilter { UserIds = filter.Uids.ToHashSet(), Commands = filter.Commands.ToHashSet() },
    };

    private static HashSet<KnownState> ReadStates(RepeatedField<ConnectionState> states, RequestViolations violations)
    {
        var known = new HashSet<KnownState>();
        for (var i = 0; i < states.Count; i++)
        {
            var matching = Enum.GetValues<KnownState>().Where(state => ConnectionMapping.ToProto(state) == states[i]).ToList();
            if (matching.Count == 0)
                violations.Add($"filter.states[{i}]", $"must be a state that this daemon knows, and is {(int)states[i]}");
            known.UnionWith(matching);
        }

        return known;
    }

    private static ulong Fingerprint(ListConnectionsRequest request)
        => ListFingerprint.Of(new ListConnectionsRequest { Namespace = request.Namespace, Filter = request.Filter });
}
