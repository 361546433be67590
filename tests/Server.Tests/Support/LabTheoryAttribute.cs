using System.Runtime.CompilerServices;
using Mptcp.Lab;

namespace Mptcp.ControlPlane.Server.Tests.Support;

/// <summary>A theory on the real kernel; see <see cref="LabFactAttribute"/>.</summary>
internal sealed class LabTheoryAttribute : TheoryAttribute
{
    public LabTheoryAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line) => Skip = LabSupport.SkipReason;
}
