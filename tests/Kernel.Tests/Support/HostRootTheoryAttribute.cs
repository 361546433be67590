using System.Runtime.CompilerServices;
using Xunit.v3;

namespace Mptcp.Kernel.Tests.Support;

/// <summary>As <see cref="HostRootFactAttribute"/>, for a test with data.</summary>
sealed class HostRootTheoryAttribute : TheoryAttribute, ITraitAttribute
{
    public HostRootTheoryAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line) => Skip = HostRootFactAttribute.SkipReason;

    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => HostRootFactAttribute.Traits;
}
