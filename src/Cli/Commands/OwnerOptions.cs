using System.CommandLine;
using Mptcp.ControlPlane.Cli.Parsing;

namespace Mptcp.ControlPlane.Cli.Commands;

/// <summary>The options that select connections by who owns them.</summary>
static class OwnerOptions
{
    public static Option<uint[]> Uids() => Parsed.OptionList(
        "--uid",
        "N",
        "Only connections whose socket this user made; may be repeated",
        text => NumberText.Parse(text, 0u, uint.MaxValue));

    public static Option<string[]> Commands() => Parsed.OptionList(
        "--command",
        "NAME",
        "Only connections that a process of this name holds; may be repeated",
        text => text);

    public static Option<string[]> Cgroups() => Parsed.OptionList(
        "--cgroup",
        "PATH",
        "Only connections of this cgroup or one below it, as in /system.slice/example.service; may be repeated",
        text => text);
}
