using System.Runtime.CompilerServices;
using Mptcp.Lab;

namespace Mptcp.Kernel.Tests.Support;

/// <summary>A test on the real kernel: skipped with the reason where there can be no lab, unless MPTCP_REQUIRE_KERNEL=1.</summary>
sealed class LabFactAttribute : FactAttribute
{
    public LabFactAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line) => Skip = LabSupport.SkipReason;
}
