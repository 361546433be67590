using Google.Protobuf.Reflection;
using Grpc.Health.V1;
using Grpc.Reflection.V1Alpha;
using Mptcp.ControlPlane.Server.Hosting;
using Mptcp.ControlPlane.Server.Security.Permissions;

namespace Mptcp.ControlPlane.Server.Tests.Security.Permissions;

public sealed class MethodPermissionsTests
{
    [Fact]
    public void The_table_has_every_method_that_is_served_and_no_other()
    {
        ServiceDescriptor[] served =
        [
            .. Daemon.Describe(), Health.Descriptor, ServerReflection.Descriptor, Grpc.Reflection.V1.ServerReflection.Descriptor,
        ];
        var methods = served.SelectMany(service => service.Methods.Select(method => $"/{service.FullName}/{method.Name}"));
        Assert.Equal(methods.Order(StringComparer.Ordinal), MethodPermissions.All.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Nothing_of_ours_is_everybodys()
        => Assert.DoesNotContain(MethodPermissions.All, entry => entry.Key.StartsWith("/mptcp.", StringComparison.Ordinal) && entry.Value == Permission.None);

    [Fact]
    public void Whatever_is_called_as_if_it_only_read_needs_no_permission_to_write()
    {
        string[] readers = ["Get", "List", "Watch", "Explain", "Sample", "Check", "ServerReflection"];
        foreach (var (path, permission) in MethodPermissions.All)
        {
            var name = path[(path.LastIndexOf('/') + 1)..];
            Assert.Equal(!readers.Any(reader => name.StartsWith(reader, StringComparison.Ordinal)), permission.IsWrite());
        }
    }

    [Fact]
    public void Every_permission_is_some_roles_and_every_role_has_more_than_the_one_before()
    {
        var last = 0;
        foreach (var role in Enum.GetValues<AccessRole>())
        {
            var has = Enum.GetValues<Permission>().Where(permission => role.Has(permission)).ToList();
            Assert.True(has.Count > last, $"{role} has no more than the role before");
            last = has.Count;
        }

        Assert.Equal(Enum.GetValues<Permission>().Length, last);
    }
}
