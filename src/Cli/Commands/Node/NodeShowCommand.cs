using Mptcp.Control.V1;
using Mptcp.ControlPlane.Cli.Output;
using Mptcp.ControlPlane.Cli.Parsing;

namespace Mptcp.ControlPlane.Cli.Commands;

/// <summary><c>node show</c></summary>
sealed class NodeShowCommand(GlobalOptions globals)
    : ControlCommand(globals, "show", "Show the host, the daemon, and what probing found the kernel can do")
{
    protected override async Task ExecuteAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var info = await invocation.Client.Node.GetInfoAsync(new GetInfoRequest(), cancellationToken: cancellationToken);
        var features = info.Features ?? new KernelFeatures();
        invocation.Printer.Show(info, () => Host(info), () => Features(features), () => Commands(features));
    }

    static TextTable Host(GetInfoResponse info) => new TextTable("NODE", "")
        .Row("hostname", info.Hostname)
        .Row("kernel", info.KernelRelease)
        .Row("boot id", info.BootId)
        .Row("daemon", info.DaemonVersion)
        .Row("daemon epoch", info.DaemonEpoch)
        .Row("namespaces", string.Join(", ", info.Namespaces));

    static TextTable Features(KernelFeatures features) => new TextTable("FEATURE", "")
        .Row("mptcp enabled", YesNo(features.MptcpEnabled))
        .Row("mptcp_pm version", NumberText.Format(features.FamilyVersion))
        .Row("path manager of new sockets", EnumText.Format(features.PathManager))
        .Row("userspace path manager", YesNo(features.UserspacePathManager))
        .Row("events", YesNo(features.Events))
        .Row("event buffer", NumberText.Format(features.EventBufferBytes) + " bytes")
        .Row("schedulers", string.Join(", ", features.Schedulers))
        .Row("path managers", string.Join(", ", features.PathManagers))
        .Row("congestion controls", string.Join(", ", features.CongestionControls))
        .Row("subflow tuning", features.SubflowTuning ? YesNo(true) : "no: " + features.SubflowTuningObstacle);

    static TextTable Commands(KernelFeatures features)
    {
        var table = new TextTable("COMMAND", "NUMBER", "ATTRIBUTES");
        foreach (var command in features.Commands)
            table.Row(command.Name, NumberText.Format(command.Number), string.Join(", ", command.Attributes));
        return table;
    }

    static string YesNo(bool value) => value ? "yes" : "no";
}
