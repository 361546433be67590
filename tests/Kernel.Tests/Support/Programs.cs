namespace Mptcp.Kernel.Tests.Support;

/// <summary>Where the built programs are.</summary>
static class Programs
{
    // Each program's own output, beside this project's in the same configuration: the copy here lacks what the program brings along.
    static readonly string Artifacts = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../.."));
    static readonly string Configuration = Path.GetFileName(AppContext.BaseDirectory.TrimEnd('/'));

    /// <summary>mptcp-controld; MPTCP_CONTROLD_TESTED names the folder of another build to test, such as the native one.</summary>
    public static string Daemon { get; } = Find("MPTCP_CONTROLD_TESTED", "Server", "mptcp-controld");

    /// <summary>mptcpctl; MPTCPCTL_TESTED names the folder of another build.</summary>
    public static string CommandLine { get; } = Find("MPTCPCTL_TESTED", "Cli", "mptcpctl");

    /// <summary>The sample controller in C#.</summary>
    public static string CSharpController { get; } = Path.Combine(Artifacts, "csharp-controller", Configuration, "csharp-controller");

    /// <summary>The folder where eng/node-controller makes the sample controller in Node.js ready.</summary>
    public static string NodeController { get; } = Path.GetFullPath(Path.Combine(Artifacts, "../node-controller"));

    static string Find(string variable, string project, string name) =>
        Path.Combine(Environment.GetEnvironmentVariable(variable) ?? Path.Combine(Artifacts, project, Configuration), name);
}
