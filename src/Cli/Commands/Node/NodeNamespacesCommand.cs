using System.Globalization;
using Mptcp.Control.V1;
using Mptcp.ControlPlane.Cli.Output;

namespace Mptcp.ControlPlane.Cli.Commands;

/// <summary><c>node namespaces</c></summary>
sealed class NodeNamespacesCommand(GlobalOptions globals)
    : ControlCommand(globals, "namespaces", "List the network namespaces that the daemon serves, and others that have a name")
{
    protected override async Task ExecuteAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var response = await invocation.Client.Node.ListNamespacesAsync(
            new ListNamespacesRequest(), cancellationToken: cancellationToken);
        invocation.Printer.Show(response, () => Table(response.Namespaces));
    }

    static TextTable Table(IEnumerable<Namespace> namespaces)
    {
        var table = new TextTable("NAME", "SERVED", "INODE", "TRAITS");
        foreach (var one in namespaces)
            table.Row(one.Name, one.Served ? "yes" : "no", one.Inode.ToString(CultureInfo.InvariantCulture), string.Join(',', TraitsOf(one)));
        return table;
    }

    static IEnumerable<string> TraitsOf(Namespace one)
    {
        if (one.Default)
            yield return "default";
        if (one.Own)
            yield return "own";
    }
}
