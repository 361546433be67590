using System.Runtime.CompilerServices;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Mptcp.Control.V1;

namespace Mptcp.ControlPlane.Client;

/// <summary>
/// A daemon's control plane: its services, and what a controller does with them most. It is safe for use by many
/// threads, and one is enough for a program, whatever the number of its calls and streams.
/// </summary>
/// <remarks>
/// Making one connects to nothing: the first call does, and a later call connects again where the connection broke.
/// Every failed call throws <see cref="RpcException"/>; <see cref="ControlPlaneError.From"/> says what it means.
/// </remarks>
/// <example>
/// <code>
/// await using var daemon = new ControlPlaneClient("unix:/run/mptcp-controld/control.sock");
/// await foreach (var message in daemon.WatchAsync(new WatchRequest(), cancellationToken))
///     Console.WriteLine(message);
/// </code>
/// </example>
public sealed class ControlPlaneClient : IAsyncDisposable, IDisposable
{
    readonly GrpcChannel _channel;

    /// <summary>Makes a client of the daemon at an address in text.</summary>
    /// <param name="address">The address, as <see cref="ControlPlaneAddress"/> describes it.</param>
    /// <param name="options">How to call; null for the defaults.</param>
    /// <exception cref="FormatException">The address is not one.</exception>
    /// <exception cref="ArgumentException">The options are wrong; the message lists every violation.</exception>
    public ControlPlaneClient(string address, ControlPlaneClientOptions? options = null)
        : this(ControlPlaneAddress.Parse(address), options)
    {
    }

    /// <summary>Makes a client of the daemon at an address.</summary>
    /// <param name="address">Where the daemon listens.</param>
    /// <param name="options">How to call; null for the defaults.</param>
    /// <exception cref="ArgumentException">The options are wrong; the message lists every violation.</exception>
    public ControlPlaneClient(ControlPlaneAddress address, ControlPlaneClientOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(address);
        options ??= new ControlPlaneClientOptions();
        options.Validate();

        Address = address;
        _channel = Transport.CreateChannel(address, options);
        var invoker = _channel.Intercept(new CallDefaults(options));
        Node = new NodeService.NodeServiceClient(invoker);
        Endpoints = new EndpointService.EndpointServiceClient(invoker);
        Connections = new ConnectionService.ConnectionServiceClient(invoker);
        Events = new EventService.EventServiceClient(invoker);
    }

    /// <summary>Where the daemon listens.</summary>
    public ControlPlaneAddress Address { get; }

    /// <summary>Who the host is, what its kernel can do, and its sysctls.</summary>
    public NodeService.NodeServiceClient Node { get; }

    /// <summary>The endpoints and limits of the in-kernel path manager.</summary>
    public EndpointService.EndpointServiceClient Endpoints { get; }

    /// <summary>Connections, their subflows and addresses.</summary>
    public ConnectionService.ConnectionServiceClient Connections { get; }

    /// <summary>The stream of what happens.</summary>
    public EventService.EventServiceClient Events { get; }

    /// <summary>
    /// Watches what happens, until the daemon ends the stream, the token is cancelled, or the enumeration is left.
    /// </summary>
    /// <param name="request">What to watch; it is read once, at the first step.</param>
    /// <param name="cancellationToken">Ends the enumeration with <see cref="OperationCanceledException"/>.</param>
    /// <returns>
    /// The daemon's messages as they come; at its end the stream ended with OK, which it does after a snapshot when
    /// nothing else was asked for.
    /// </returns>
    /// <exception cref="RpcException">The daemon ended the stream with an error, or the connection broke.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async IAsyncEnumerable<WatchResponse> WatchAsync(
        WatchRequest request,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var call = Events.Watch(request, cancellationToken: cancellationToken);
        while (await MoveNextAsync(call.ResponseStream, cancellationToken))
            yield return call.ResponseStream.Current;
    }

    /// <summary>
    /// Lists every connection, reading page after page. A connection that comes or goes meanwhile may be missing or be gone.
    /// </summary>
    /// <param name="cancellationToken">Ends the enumeration with <see cref="OperationCanceledException"/>.</param>
    /// <returns>
    /// The connections of <see cref="ControlPlaneClientOptions.Namespace"/>, or of every namespace the daemon serves
    /// when that is empty, ordered by namespace and id.
    /// </returns>
    /// <exception cref="RpcException">A page could not be read.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async IAsyncEnumerable<Connection> ListConnectionsAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var request = new ListConnectionsRequest { PageSize = 1000 };
        do
        {
            var page = await ReadPageAsync(request, cancellationToken);
            foreach (var connection in page.Connections)
                yield return connection;
            request.PageToken = page.NextPageToken;
        }
        while (request.PageToken.Length > 0);
    }

    /// <summary>Ends every call that is open and closes the connections to the daemon.</summary>
    public void Dispose() => _channel.Dispose();

    /// <summary>Ends every call that is open and closes the connections to the daemon.</summary>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    // A cancelled call throws RpcException, which no caller of an enumeration expects.
    static async Task<bool> MoveNextAsync(IAsyncStreamReader<WatchResponse> stream, CancellationToken cancellationToken)
    {
        try
        {
            return await stream.MoveNext(cancellationToken);
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.Cancelled && cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(e.Message, e, cancellationToken);
        }
    }

    async Task<ListConnectionsResponse> ReadPageAsync(ListConnectionsRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await Connections.ListConnectionsAsync(request, cancellationToken: cancellationToken);
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.Cancelled && cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(e.Message, e, cancellationToken);
        }
    }
}
