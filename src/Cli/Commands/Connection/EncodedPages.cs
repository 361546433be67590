using System.Runtime.CompilerServices;
using Google.Protobuf;
using Grpc.Core;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Cli.Json;

namespace Mptcp.ControlPlane.Cli.Commands;

/// <summary>
/// The pages of a list of connections as they come, encoded. To show thousands of connections as JSON, making a message of
/// each takes longer than all the rest.
/// </summary>
static class EncodedPages
{
    const int LargestPage = 1000;

    static readonly Method<ListConnectionsRequest, byte[]> Method = new(
        MethodType.Unary,
        "mptcp.control.v1.ConnectionService",
        nameof(ConnectionService.ConnectionServiceClient.ListConnections),
        Marshallers.Create(request => request.ToByteArray(), ListConnectionsRequest.Parser.ParseFrom),
        Marshallers.Create<byte[]>(bytes => bytes, bytes => bytes));

    /// <summary>Reads page after page; the next one is on its way while one is enumerated.</summary>
    /// <param name="invoker">Makes the calls.</param>
    /// <param name="request">What to list.</param>
    /// <param name="cancellationToken">Ends the calls.</param>
    public static async IAsyncEnumerable<byte[]> ReadAsync(
        CallInvoker invoker,
        ListConnectionsRequest request,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var options = new CallOptions(cancellationToken: cancellationToken);
        request.PageSize = LargestPage;
        var call = invoker.AsyncUnaryCall(Method, host: null, options, request);
        try
        {
            while (true)
            {
                var page = await call;
                request.PageToken = JsonPages.TokenOf(page, ListConnectionsResponse.NextPageTokenFieldNumber);
                if (request.PageToken.Length == 0)
                {
                    yield return page;
                    yield break;
                }

                call = invoker.AsyncUnaryCall(Method, host: null, options, request);
                yield return page;
            }
        }
        finally
        {
            call.Dispose();
        }
    }
}
