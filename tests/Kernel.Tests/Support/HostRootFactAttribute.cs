using System.Runtime.CompilerServices;
using Mptcp.Lab;
using Xunit.v3;

namespace Mptcp.Kernel.Tests.Support;

/// <summary>
/// As <see cref="LabFactAttribute"/>, for what the kernel lets the host's root alone do: skipped in a user namespace, where no kernel could
/// do it. eng/test runs those with root's power wherever it can be had.
/// </summary>
sealed class HostRootFactAttribute : FactAttribute, ITraitAttribute
{
    public HostRootFactAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line) => Skip = SkipReason;

    internal static IReadOnlyCollection<KeyValuePair<string, string>> Traits { get; } = [new("Needs", "HostRoot")];

    internal static string? SkipReason => LabSupport.IsHostRoot
        ? LabSupport.SkipReason
        : "loading BPF programs is for the host's root: run eng/in-namespace --host-root as root";

    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => Traits;
}
