using Mptcp.Lab;

namespace Mptcp.Kernel.Tests.Policies;

/// <summary>A lab of three paths for all tests of a class, which leave it as it was.</summary>
public sealed class SharedPolicyLab : IAsyncLifetime
{
    PolicyLab? _room;

    internal PolicyLab Room => _room ?? throw new InvalidOperationException("there is no lab");

    public async ValueTask InitializeAsync()
    {
        // The tests that would need it say themselves why they are skipped.
        if (LabSupport.SkipReason is null)
            _room = await PolicyLab.CreateAsync(paths: 3);
    }

    public async ValueTask DisposeAsync()
    {
        if (_room is not null)
            await _room.DisposeAsync();
    }
}
