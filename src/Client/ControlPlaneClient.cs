using System.Runtime.CompilerServices;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Client.Security;

namespace Mptcp.ControlPlane.Client;

/// <summary>
/// A daemon's control plane: its services, and what a controller does with them most. It is safe for use by many
/// threads, and one is enough for a program, whatever the number of its calls and streams.
/// </summary>
/// <remarks>
/// Making one connects to nothing: the first call does, and a later call connects again where the connection broke.
/// Every failed call throws <see cref="RpcException"/>; <see cref="ControlPlaneError.From(RpcException)"/> says what it means.
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
    const int LargestPage = 1000;

    readonly GrpcChannel _channel;
    readonly WatchReconnection? _reconnection;

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
        options.Validate(address);

        Address = address;
        _reconnection = options.Reconnection;
        _channel = Transport.CreateChannel(address, options);
        Invoker = _channel.Intercept(new CallDefaults(options));
        if (options.Token is { } token)
            Invoker = Invoker.Intercept(new CallToken(() => token));
        if (options.TokenFile is { } file)
            Invoker = Invoker.Intercept(new CallToken(new TokenFile(file, TimeProvider.System).Read));
        Node = new NodeService.NodeServiceClient(Invoker);
        Endpoints = new EndpointService.EndpointServiceClient(Invoker);
        Connections = new ConnectionService.ConnectionServiceClient(Invoker);
        Events = new EventService.EventServiceClient(Invoker);
        Diagnostics = new DiagnosticsService.DiagnosticsServiceClient(Invoker);
        Policies = new PolicyService.PolicyServiceClient(Invoker);
        Sessions = new SessionService.SessionServiceClient(Invoker);
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

    /// <summary>Sockets as <c>ss</c> lists them, and samples of their figures.</summary>
    public DiagnosticsService.DiagnosticsServiceClient Diagnostics { get; }

    /// <summary>Which paths connections shall have, what comes of it, and the history of both.</summary>
    public PolicyService.PolicyServiceClient Policies { get; }

    /// <summary>Who plays which role. A <see cref="PathController"/> plays one.</summary>
    public SessionService.SessionServiceClient Sessions { get; }

    /// <summary>
    /// How calls are made, with what the options fill in: for stubs of other services, and for callers that want the bytes
    /// of messages rather than the messages.
    /// </summary>
    public CallInvoker Invoker { get; }

    /// <summary>
    /// Watches what happens, until the daemon ends the stream, the token is cancelled, or the enumeration is left. Where the
    /// connection breaks, or the daemon is restarted, the watch goes on where it was: it leaves nothing out and tells nothing twice.
    /// </summary>
    /// <param name="request">What to watch; it is read once, at the first step.</param>
    /// <param name="cancellationToken">Ends the enumeration with <see cref="OperationCanceledException"/>.</param>
    /// <returns>
    /// The daemon's messages as they come; at its end the stream ended with OK, which it does after a snapshot when
    /// nothing else was asked for.
    /// </returns>
    /// <remarks>
    /// <para>
    /// What was known before a <c>lost</c> is not to be forgotten before the <c>sync</c> that follows: where that has
    /// <c>difference</c> set, what came since the <c>lost</c> is the difference to what was known, and else all that there is. A
    /// restart of the daemon is told so, with its snapshot as the difference to the states that the digests of events stood for.
    /// That is not possible with an <c>event_mask</c> that leaves out namespace, type, token, id or digest, with more than 100000
    /// connections, and for who began without a snapshot and named no known connections: then the snapshot is whole.
    /// </para>
    /// <para>
    /// A snapshot that breaks off half-way goes on as the difference to its first part; where that is not possible, or interfaces
    /// were told, a <c>lost</c> without a source comes, from this library alone, and after it the snapshot from its beginning.
    /// </para>
    /// <para><see cref="ControlPlaneClientOptions.Reconnection"/> says how long to try, tells who asks, and switches all of it off.</para>
    /// </remarks>
    /// <exception cref="RpcException">
    /// The daemon ended the stream with an error other than UNAVAILABLE; the first attempt to watch failed; or it was time to give up.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public IAsyncEnumerable<WatchResponse> WatchAsync(WatchRequest request, CancellationToken cancellationToken = default) =>
        _reconnection is null
            ? WatchOnceAsync(request, cancellationToken)
            : new ResilientWatch(WatchOnceAsync, _reconnection).RunAsync(request, cancellationToken);

    /// <summary>Lists sockets as they come.</summary>
    /// <param name="request">Which, and what to tell of each; it is read once, at the first step.</param>
    /// <param name="cancellationToken">Ends the enumeration with <see cref="OperationCanceledException"/>.</param>
    /// <returns>The sockets. Only an enumeration that comes to its end has brought all of them.</returns>
    /// <exception cref="RpcException">
    /// The daemon ended the stream with an error, or before it had said that the list is complete (DATA_LOSS), or the connection
    /// broke: what came until then is not the whole list.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async IAsyncEnumerable<SocketInfo> ListSocketsAsync(
        ListSocketsRequest request,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var count = 0ul;
        SocketListComplete? complete = null;
        await foreach (var message in StreamAsync(token => Diagnostics.ListSockets(request, cancellationToken: token), cancellationToken))
        {
            foreach (var socket in message.Sockets?.Sockets ?? [])
            {
                count++;
                yield return socket;
            }

            complete = message.Complete ?? complete;
        }

        if (complete?.Total != count)
            throw new RpcException(new Status(StatusCode.DataLoss, Incomplete(count, complete)));
    }

    /// <summary>
    /// Samples a connection, or those that a filter selects, until there are as many samples as were asked for, the connection has
    /// ended, the token is cancelled, or the enumeration is left.
    /// </summary>
    /// <param name="request">What to sample, and how often; it is read once, at the first step.</param>
    /// <param name="cancellationToken">Ends the enumeration with <see cref="OperationCanceledException"/>.</param>
    /// <returns>
    /// The samples as they come, one of many connections in several parts. Whoever takes his time over one gets the next when he is done, with <c>coalesced</c> saying how many
    /// were left out, once what lies in the buffers between him and the daemon has been read.
    /// </returns>
    /// <exception cref="RpcException">The daemon ended the stream with an error, or the connection broke.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public IAsyncEnumerable<SampleResponse> SampleAsync(SampleRequest request, CancellationToken cancellationToken = default) =>
        StreamAsync(token => Diagnostics.Sample(request, cancellationToken: token), cancellationToken);

    /// <summary>Lists every connection.</summary>
    /// <inheritdoc cref="ListConnectionsAsync(ListConnectionsRequest, CancellationToken)"/>
    public IAsyncEnumerable<Connection> ListConnectionsAsync(CancellationToken cancellationToken = default) =>
        ListConnectionsAsync(new ListConnectionsRequest(), cancellationToken);

    /// <summary>
    /// Lists the connections that a request asks for, reading page after page; the next page is on its way while one is
    /// enumerated. A connection that comes or goes meanwhile may be missing or be gone.
    /// </summary>
    /// <param name="request">
    /// Which connections, and what to tell of each. It is read once, at the first step; without a page size, pages are as
    /// large as suits.
    /// </param>
    /// <param name="cancellationToken">Ends the enumeration with <see cref="OperationCanceledException"/>.</param>
    /// <returns>
    /// The connections, ordered by namespace and id. A request that names no namespace is for
    /// <see cref="ControlPlaneClientOptions.Namespace"/>, or for every namespace the daemon serves when that is empty too.
    /// </returns>
    /// <exception cref="RpcException">A page could not be read.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async IAsyncEnumerable<Connection> ListConnectionsAsync(
        ListConnectionsRequest request,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        request = request.Clone();
        if (request.PageSize == 0)
            request.PageSize = LargestPage;
        var call = Connections.ListConnectionsAsync(request, cancellationToken: cancellationToken);
        try
        {
            while (true)
            {
                var page = await ReadAsync(call, cancellationToken);
                var isLast = page.NextPageToken.Length == 0;
                if (!isLast)
                {
                    request.PageToken = page.NextPageToken;
                    call = Connections.ListConnectionsAsync(request, cancellationToken: cancellationToken);
                }

                foreach (var connection in page.Connections)
                    yield return connection;
                if (isLast)
                    yield break;
            }
        }
        finally
        {
            call.Dispose();
        }
    }

    /// <summary>Lists every role that controllers may play, with the sessions of each.</summary>
    /// <inheritdoc cref="ListSessionsAsync(ListSessionsRequest, CancellationToken)"/>
    public Task<ListSessionsResponse> ListSessionsAsync(CancellationToken cancellationToken = default) =>
        ListSessionsAsync(new ListSessionsRequest(), cancellationToken);

    /// <summary>Lists the roles that a request asks for, with the sessions of each.</summary>
    /// <param name="request">Which role, or all of them.</param>
    /// <param name="cancellationToken">Ends the call with <see cref="OperationCanceledException"/>.</param>
    /// <returns>
    /// The roles by name, the sessions of each by election id, the highest first. Roles belong to no namespace:
    /// <see cref="ControlPlaneClientOptions.Namespace"/> makes no difference.
    /// </returns>
    /// <exception cref="RpcException">The daemon refused, or it cannot be reached.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<ListSessionsResponse> ListSessionsAsync(ListSessionsRequest request, CancellationToken cancellationToken = default)
    {
        using var call = Sessions.ListSessionsAsync(request, cancellationToken: cancellationToken);
        return await ReadAsync(call, cancellationToken);
    }

    /// <summary>Ends every call that is open and closes the connections to the daemon.</summary>
    public void Dispose() => _channel.Dispose();

    /// <summary>Ends every call that is open and closes the connections to the daemon.</summary>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    IAsyncEnumerable<WatchResponse> WatchOnceAsync(WatchRequest request, CancellationToken cancellationToken) =>
        StreamAsync(token => Events.Watch(request, cancellationToken: token), cancellationToken);

    static async IAsyncEnumerable<T> StreamAsync<T>(
        Func<CancellationToken, AsyncServerStreamingCall<T>> start,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var call = start(cancellationToken);
        while (await MoveNextAsync(call.ResponseStream, cancellationToken))
            yield return call.ResponseStream.Current;
    }

    static string Incomplete(ulong count, SocketListComplete? complete) => complete is null
        ? $"the daemon ended the list of sockets after {count} without saying that it is complete"
        : $"the daemon says that it listed {complete.Total} sockets, and {count} came";

    // A cancelled call throws RpcException, which no caller of an enumeration expects.
    static async Task<bool> MoveNextAsync<T>(IAsyncStreamReader<T> stream, CancellationToken cancellationToken)
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

    static async Task<T> ReadAsync<T>(AsyncUnaryCall<T> call, CancellationToken cancellationToken)
    {
        try
        {
            return await call;
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.Cancelled && cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(e.Message, e, cancellationToken);
        }
    }
}
