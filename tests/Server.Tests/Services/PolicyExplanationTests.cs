using System.Net;
using Grpc.Core;
using Microsoft.Extensions.Logging.Abstractions;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Server.Hosting;
using Mptcp.ControlPlane.Server.Kernel.Namespaces;
using Mptcp.ControlPlane.Server.Policies.Revisions;
using Mptcp.ControlPlane.Server.Services;
using Mptcp.ControlPlane.Server.Services.Errors;
using Mptcp.ControlPlane.Server.Tests.Policies.Revisions;
using Mptcp.ControlPlane.Server.Tests.Services.Calls;
using Mptcp.ControlPlane.Server.Tests.Support;
using Mptcp.Native.PathManagement;
using static Mptcp.ControlPlane.Server.Tests.Services.Mapping.Policies.ExplainedConnections;
using EndpointStepKind = Mptcp.ControlPlane.Server.Policies.Reconciliation.Endpoints.EndpointStepKind;
using ExplainedEndpoint = Mptcp.ControlPlane.Server.Policies.Reconciliation.Endpoints.ExplainedEndpoint;
using ExplainedLimits = Mptcp.ControlPlane.Server.Policies.Reconciliation.Endpoints.ExplainedLimits;
using NamespaceExplanation = Mptcp.ControlPlane.Server.Policies.Reconciliation.Endpoints.NamespaceExplanation;

namespace Mptcp.ControlPlane.Server.Tests.Services;

/// <summary>What is answered of explanations, whoever makes them.</summary>
public sealed class PolicyExplanationTests : IDisposable
{
    private readonly FakeTarget _target = new();
    private readonly PolicyRevisions _revisions;
    private readonly HostNamespaces _namespaces = new(new NamespaceSelection([]), _ => { });
    private readonly PolicyGrpcService _service;
    private readonly FakeCall _call = new(DateTime.MaxValue, CancellationToken.None);

    public PolicyExplanationTests()
    {
        _revisions = new PolicyRevisions(null, _target, _ => { }, NullLogger<PolicyRevisions>.Instance, TimeProvider.System);
        _revisions.Apply(RevisionsUnderTest.Proposal("mesh") with { Enforcement = Server.Policies.Revisions.PolicyEnforcement.Monitor });
        _service = new PolicyGrpcService(_revisions, _target, _namespaces, new DaemonIdentity(), new DaemonOptions());
    }

    public void Dispose()
    {
        _revisions.Dispose();
        _namespaces.Dispose();
    }

    [LabFact]
    public async Task A_connection_is_explained_by_its_namespace_and_token()
    {
        _target.Explanations = [Of(7, "mesh", Waiting) with { Connection = new("self", token: 7, id: 1007) { State = Server.State.ConnectionState.Established } }];

        var response = await _service.ExplainConnection(new ExplainConnectionRequest { Token = 7, ConnectionId = 1007 }, _call);

        Assert.Equal((1, Control.V1.PolicyEnforcement.Monitor), (response.Revision, response.Enforcement));
        Assert.Equal(("self", 7u), (response.Explanation.Namespace, response.Explanation.Token));
        var mismatch = await Assert.ThrowsAsync<ControlPlaneException>(
            () => _service.ExplainConnection(new ExplainConnectionRequest { Token = 7, ConnectionId = 8 }, _call));
        Assert.Equal((StatusCode.FailedPrecondition, ErrorReason.ConnectionIdMismatch), (mismatch.StatusCode, mismatch.Reason));
    }

    [LabFact]
    public async Task Differences_come_in_pages_in_the_order_of_connections()
    {
        _target.Explanations = [Of(3, "mesh", Waiting), Of(1, "mesh", Made), Of(4, "mesh", Settled), Of(2, "mesh", Made)];
        var seen = new List<uint>();
        var request = new ListDifferencesRequest { PageSize = 2 };
        do
        {
            var page = await _service.ListDifferences(request, _call);
            Assert.Equal((4u, 3u, 1), (page.DecidedConnections, page.DifferentConnections, page.Revision));
            Assert.True(page.Explanations.Count <= 2);
            seen.AddRange(page.Explanations.Select(explanation => explanation.Token));
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);

        Assert.Equal([1u, 2u, 3u], seen);
        Assert.Null(_target.Previewed);
    }

    [LabFact]
    public async Task A_page_token_goes_with_its_namespace()
    {
        _target.Explanations = [Of(1, "mesh", Made), Of(2, "mesh", Made)];
        var page = await _service.ListDifferences(new ListDifferencesRequest { PageSize = 1 }, _call);
        var refused = await Assert.ThrowsAsync<ControlPlaneException>(() => _service.ListDifferences(
            new ListDifferencesRequest { Namespace = "self", PageToken = page.NextPageToken }, _call));
        Assert.Equal("page_token", Assert.Single(refused.Violations).Field);
    }

    [LabFact]
    public async Task A_namespace_is_explained_with_its_endpoints_and_limits()
    {
        _target.NamespaceExplanations = [Explained];

        var response = await _service.ExplainNamespace(new ExplainNamespaceRequest { Namespace = "self" }, _call);

        Assert.Equal((1, Control.V1.PolicyEnforcement.Monitor), (response.Revision, response.Enforcement));
        Assert.Equal(("self", "mesh"), (response.Explanation.Namespace, response.Explanation.Policy));
        var endpoint = Assert.Single(response.Explanation.Endpoints);
        Assert.Equal(("192.0.2.1", 8443u, "eth0"), (endpoint.Address.Address, endpoint.Address.Port, endpoint.Interface));
        Assert.Equal((true, false, 0u), (endpoint.Wanted, endpoint.MadeByPolicy, endpoint.Id));
        Assert.Equal([EndpointFlag.Signal, EndpointFlag.Backup], endpoint.WantedFlags);
        Assert.Empty(endpoint.Flags);
        Assert.Equal((EndpointStep.Add, "why not"), (endpoint.Step, endpoint.Reason));
        var limits = response.Explanation.Limits;
        Assert.Equal((2u, 8u, 2u, EndpointStep.SetLimits), (limits.Current.Subflows, limits.Wanted.Subflows, limits.Before.Subflows, limits.Step));
    }

    private static NamespaceExplanation Explained { get; } = new("self", new Server.Policies.Model.PathPolicy("mesh"), null)
    {
        Endpoints =
        [
            new ExplainedEndpoint(IPEndPoint.Parse("192.0.2.1:8443"), "eth0", EndpointStepKind.Add, "why not")
            {
                WantedFlags = EndpointFlags.Signal | EndpointFlags.Backup,
            },
        ],
        Limits = new ExplainedLimits(new EndpointLimits(2, 0), new EndpointLimits(8, 8), new EndpointLimits(2, 0), EndpointStepKind.SetLimits, ""),
    };
}
