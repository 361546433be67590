using System.Collections.Immutable;
using System.Net;
using Mptcp.ControlPlane.Server.Policies.Revisions;
using Mptcp.ControlPlane.Server.Security.Tokens;

namespace Mptcp.ControlPlane.Server.Security.Identity;

/// <summary>Somebody at a network address.</summary>
/// <param name="Address">Where, with the port.</param>
/// <param name="Names">
/// What it has proved to be, the most telling first: <c>token:alice</c>, <c>spiffe://example.org/controller</c>, <c>dns:host.example.org</c>,
/// <c>subject:CN=controller</c>. Empty for one that came without a certificate or a token, whom nothing tells from others.
/// </param>
internal sealed record RemoteCaller(IPEndPoint Address, ImmutableArray<string> Names) : Caller
{
    /// <summary>The certificate that proves the names; null where none does.</summary>
    public CertificateStanding? Standing { get; init; }

    /// <summary>The token that came with the call; null where none did.</summary>
    public ProvedToken? Token { get; init; }

    /// <summary>The name of those who have proved nothing.</summary>
    public const string Anonymous = "anonymous";

    public override string Name => Names.IsEmpty ? Anonymous : Names[0];

    public override PolicyAuthor Author => new(PolicyAuthorKind.Peer) { Address = Address.ToString(), Identity = Names.IsEmpty ? "" : Names[0] };
}
