using Mptcp.ControlPlane.Server.Kernel.Namespaces;
using Mptcp.ControlPlane.Server.Tests.Support;
using Mptcp.Lab;
using Mptcp.Native.Namespaces;

namespace Mptcp.ControlPlane.Server.Tests.Kernel;

public class NamespaceCookieTests
{
    [LabFact]
    public async Task A_namespace_has_a_cookie_of_its_own_by_whatever_name()
    {
        await using var lab = await NetworkLab.CreateAsync(paths: 1, cancellationToken: TestContext.Current.CancellationToken);
        using var client = NetworkNamespace.Find(lab.Client.NamespacePath);
        using var again = NetworkNamespace.Find(lab.Client.NamespacePath);
        using var server = NetworkNamespace.Find(lab.Server.NamespacePath);

        var cookies = new[] { client, again, server, NetworkNamespace.Own }.Select(NamespaceCookie.Find).ToList();

        Assert.All(cookies, Assert.NotNull);
        Assert.Equal(cookies[0], cookies[1]);
        Assert.Equal(3, cookies.Distinct().Count());
    }
}
