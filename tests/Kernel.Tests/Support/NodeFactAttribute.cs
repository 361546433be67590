using System.Runtime.CompilerServices;
using Mptcp.Lab;

namespace Mptcp.Kernel.Tests.Support;

/// <summary>As <see cref="LabFactAttribute"/>, and skipped also where the controller in Node.js cannot run.</summary>
sealed class NodeFactAttribute : FactAttribute
{
    public NodeFactAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line) => Skip = LabSupport.IsRequired ? null : LabSupport.WhyNot ?? NodeController.WhyNot;
}
