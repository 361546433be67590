using System.Runtime.CompilerServices;
using Mptcp.Lab;

namespace Mptcp.Kernel.Tests.Support;

/// <summary>A theory on the real kernel, with the rule of <see cref="LabFactAttribute"/>.</summary>
sealed class LabTheoryAttribute : TheoryAttribute
{
    public LabTheoryAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line) => Skip = LabSupport.SkipReason;
}
