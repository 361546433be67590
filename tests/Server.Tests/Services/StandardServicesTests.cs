using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Health.V1;
using Mptcp.ControlPlane.Server.Tests.Support;
using Mptcp.Lab;
using static Grpc.Health.V1.HealthCheckResponse.Types;
using Reflection = Grpc.Reflection.V1;
using ReflectionAlpha = Grpc.Reflection.V1Alpha;

namespace Mptcp.ControlPlane.Server.Tests.Services;

public sealed class StandardServicesTests
{
    private static readonly string[] Served =
    [
        "mptcp.control.v1.NodeService", "mptcp.control.v1.EndpointService", "mptcp.control.v1.ConnectionService",
        "mptcp.control.v1.EventService", "mptcp.control.v1.DiagnosticsService", "mptcp.control.v1.PolicyService", "mptcp.control.v1.SessionService",
        "mptcp.control.v1.AuditService",
    ];

    [LabFact]
    public async Task Health_is_told_of_the_whole_and_of_each_service()
    {
        await using var host = await ServedLab.StartAsync();
        var health = new Health.HealthClient(host.Channel);
        foreach (var service in Served.Prepend(""))
            Assert.Equal(ServingStatus.Serving, (await health.CheckAsync(new HealthCheckRequest { Service = service })).Status);

        var unknown = await Assert.ThrowsAsync<RpcException>(
            () => health.CheckAsync(new HealthCheckRequest { Service = "nothing" }).ResponseAsync);
        Assert.Equal(StatusCode.NotFound, unknown.StatusCode);
    }

    [LabFact]
    public async Task A_watch_of_the_health_ends_as_unavailable_when_the_daemon_stops()
    {
        await using var host = await ServedLab.StartAsync();
        using var watch = new Health.HealthClient(host.Channel).Watch(new HealthCheckRequest { Service = Served[0] });
        Assert.True(await watch.ResponseStream.MoveNext());
        Assert.Equal(ServingStatus.Serving, watch.ResponseStream.Current.Status);

        var stopping = host.StopAsync();
        var end = await Assert.ThrowsAsync<RpcException>(() => watch.ResponseStream.MoveNext());
        var error = Client.ControlPlaneError.From(end);
        Assert.Equal((StatusCode.Unavailable, Control.V1.ErrorReason.ShuttingDown), (error.StatusCode, error.Reason));
        await stopping;
    }

    [LabFact]
    public async Task Reflection_lists_every_service_and_gives_its_files()
    {
        await using var host = await ServedLab.StartAsync();
        using var call = new Reflection.ServerReflection.ServerReflectionClient(host.Channel).ServerReflectionInfo();
        await call.RequestStream.WriteAsync(new Reflection.ServerReflectionRequest { ListServices = "" });
        Assert.True(await call.ResponseStream.MoveNext());
        var listed = call.ResponseStream.Current.ListServicesResponse.Service.Select(service => service.Name);
        Assert.Equal(Served.Append("grpc.health.v1.Health"), listed);

        foreach (var service in Served)
        {
            await call.RequestStream.WriteAsync(new Reflection.ServerReflectionRequest { FileContainingSymbol = service });
            Assert.True(await call.ResponseStream.MoveNext());
            var files = call.ResponseStream.Current.FileDescriptorResponse.FileDescriptorProto.Select(FileDescriptorProto.Parser.ParseFrom);
            Assert.Contains(service, files.SelectMany(file => file.Service.Select(one => $"{file.Package}.{one.Name}")));
        }

        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext());
    }

    [LabFact]
    public async Task Reflection_answers_in_its_old_version_too()
    {
        await using var host = await ServedLab.StartAsync();
        using var call = new ReflectionAlpha.ServerReflection.ServerReflectionClient(host.Channel).ServerReflectionInfo();
        await call.RequestStream.WriteAsync(new ReflectionAlpha.ServerReflectionRequest { ListServices = "" });
        Assert.True(await call.ResponseStream.MoveNext());
        Assert.Equal(Served.Length + 1, call.ResponseStream.Current.ListServicesResponse.Service.Count);
    }

    // The caller's end here is .NET's client, which does not always look at the status before it hears that the connection is gone.
    [LabFact]
    public async Task A_stream_that_a_caller_leaves_open_does_not_hold_up_the_daemons_end()
    {
        await using var host = await ServedLab.StartAsync();
        using var call = new Reflection.ServerReflection.ServerReflectionClient(host.Channel).ServerReflectionInfo();
        await call.RequestStream.WriteAsync(new Reflection.ServerReflectionRequest { ListServices = "" });
        Assert.True(await call.ResponseStream.MoveNext());

        await host.StopAsync().AsTask().WaitAsync(LabWait.DefaultTimeout, TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext());
    }
}
