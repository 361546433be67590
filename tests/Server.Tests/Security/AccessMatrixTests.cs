using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.Logging;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Client;
using Mptcp.ControlPlane.Server.Hosting;
using Mptcp.ControlPlane.Server.Security.Permissions;
using Mptcp.ControlPlane.Server.Tests.Support;
using Mptcp.Lab;

namespace Mptcp.ControlPlane.Server.Tests.Security;

/// <summary>
/// Every method, by every role, over every transport: the daemon lets in whom the table lets in, and nobody else, and its audit trail has a
/// line for each write that was let in or refused.
/// </summary>
public sealed class AccessMatrixTests
{
    private const uint User = 2001;
    private const string Nobody = "Nobody";

    private static readonly Marshaller<byte[]> Bytes = Marshallers.Create(static (byte[] bytes) => bytes, static bytes => bytes);

    private static readonly Dictionary<string, MethodDescriptor> Methods = Daemon.Describe()
        .SelectMany(service => service.Methods)
        .ToDictionary(method => $"/{method.Service.FullName}/{method.Name}");

    public static TheoryData<string> Roles => [Nobody, .. Enum.GetNames<AccessRole>()];

    [LabTheory]
    [MemberData(nameof(Roles))]
    public async Task Each_method_is_open_to_the_roles_that_have_its_permission(string name)
    {
        AccessRole? role = name == Nobody ? null : Enum.Parse<AccessRole>(name);
        CallerPattern[] callers = [new CallerPattern.User(User), new CallerPattern.Unproved(), new CallerPattern.Name("spiffe://test.example/matrix")];
        await using var lab = await NetworkLab.CreateAsync(paths: 1, PathManagerKind.Kernel);
        using var directory = new TemporaryDirectory();
        using var secureDirectory = new TemporaryDirectory();
        var certificates = CertificateFolder.Create(secureDirectory);
        using var certificate = certificates.Authority.CreateClient("matrix", "spiffe://test.example/matrix");
        File.SetUnixFileMode(directory.Path, (UnixFileMode)0x1ff);
        var options = new DaemonOptions
        {
            SocketPath = directory.File("control.sock"),
            SocketMode = (UnixFileMode)0x1ff,
            Listen = new Uri("http://127.0.0.1:0"),
            Namespaces = [lab.Client.NamespacePath],
            Access = new AccessRules { Bindings = role is { } given ? [new AccessBinding(given, [.. callers])] : [] },
        };
        var secure = new DaemonOptions
        {
            SocketPath = secureDirectory.File("control.sock"),
            Listen = new Uri("https://127.0.0.1:0"),
            Tls = certificates.Names,
            Namespaces = options.Namespaces,
            Access = options.Access,
        };
        await using var daemon = await Daemon.StartAsync(options, logging => logging.ClearProviders());
        await using var secureDaemon = await Daemon.StartAsync(secure, logging => logging.ClearProviders());
        using var unix = SocketChannel.To(options.SocketPath, User, User);
        using var tcp = GrpcChannel.ForAddress(AddressOf(daemon, "http://"));
        using var tls = GrpcChannel.ForAddress(AddressOf(secureDaemon, "https://"), new GrpcChannelOptions
        {
            HttpHandler = new SocketsHttpHandler { SslOptions = TlsDaemon.OptionsOf(certificate, certificates.Authority) },
            DisposeHttpClient = true,
        });
        foreach (var (transport, channel, socket) in new[] { ("unix", unix, options.SocketPath), ("tcp", tcp, options.SocketPath), ("tls", tls, secure.SocketPath) })
        {
            using var root = SocketChannel.To(socket);
            var audited = await ReadAuditAsync(root);
            foreach (var (path, permission) in MethodPermissions.All)
            {
                var isAllowed = permission == Permission.None || role?.Has(permission) == true;
                Assert.True(isAllowed == await IsLetInAsync(channel, path), $"{path} over {transport} by {name}: should be {(isAllowed ? "allowed" : "denied")}");
                var entries = (await ReadAuditAsync(root)).Where(entry => entry.Sequence > (audited is [var last, ..] ? last.Sequence : 0)).ToList();
                audited = await ReadAuditAsync(root);
                if (!permission.IsWrite())
                {
                    Assert.Empty(entries);
                    continue;
                }

                var entry = Assert.Single(entries, one => one.Method == path);
                Assert.Equal((isAllowed, transport), (entry.Allowed, entry.Transport));
                Assert.Equal(isAllowed ? name.ToLowerInvariant() : "", entry.Role);
            }
        }
    }

    private static string AddressOf(Daemon daemon, string scheme)
        => daemon.Addresses.Single(address => address.StartsWith(scheme, StringComparison.Ordinal));

    private static async Task<IReadOnlyList<AuditEntry>> ReadAuditAsync(GrpcChannel root)
        => (await new AuditService.AuditServiceClient(root).ListAuditEntriesAsync(new ListAuditEntriesRequest())).Entries;

    // An empty request is refused by most, but not before its caller is let in.
    private static async Task<bool> IsLetInAsync(GrpcChannel channel, string path)
    {
        var (type, names) = (TypeOf(path), path.Split('/'));
        var method = new Method<byte[], byte[]>(type, names[1], names[2], Bytes, Bytes);
        var invoker = channel.CreateCallInvoker();
        var options = new CallOptions(deadline: DateTime.UtcNow.AddSeconds(30), cancellationToken: TestContext.Current.CancellationToken);
        try
        {
            switch (type)
            {
                case MethodType.Unary:
                    await invoker.AsyncUnaryCall(method, host: null, options, []);
                    break;
                case MethodType.ServerStreaming:
                    using (var call = invoker.AsyncServerStreamingCall(method, host: null, options, []))
                        await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken);
                    break;
                default:
                    using (var call = invoker.AsyncDuplexStreamingCall(method, host: null, options))
                    {
                        await call.RequestStream.CompleteAsync();
                        await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken);
                    }

                    break;
            }

            return true;
        }
        catch (RpcException exception)
        {
            var error = ControlPlaneError.From(exception);
            Assert.True(exception.StatusCode != StatusCode.DeadlineExceeded, $"{path} did not answer");
            Assert.Equal(exception.StatusCode == StatusCode.PermissionDenied, error.Reason == ErrorReason.AccessDenied);
            return error.Reason != ErrorReason.AccessDenied;
        }
    }

    private static MethodType TypeOf(string path) => Methods.TryGetValue(path, out var method)
        ? (method.IsClientStreaming, method.IsServerStreaming) switch
        {
            (false, false) => MethodType.Unary,
            (false, true) => MethodType.ServerStreaming,
            (true, false) => MethodType.ClientStreaming,
            _ => MethodType.DuplexStreaming,
        }
        : path.EndsWith("Health/Check", StringComparison.Ordinal) ? MethodType.Unary
        : path.EndsWith("Health/Watch", StringComparison.Ordinal) ? MethodType.ServerStreaming : MethodType.DuplexStreaming;
}
