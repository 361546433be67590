using Grpc.Core;
using Mptcp.Control.V1;

namespace Mptcp.Kernel.Tests.Support;

/// <summary>A refusal as a program and as a person hear it.</summary>
/// <param name="Status">The status of the call.</param>
/// <param name="Reason">Its reason.</param>
/// <param name="Advice">What mptcpctl says to do.</param>
sealed record Refused(StatusCode Status, ErrorReason Reason, string Advice)
{
    /// <summary>The name of the kernel's error; null when it was not the kernel.</summary>
    public string? Errno { get; init; }

    /// <summary>Part of the kernel's words; null where it gives none.</summary>
    public string? Kernel { get; init; }

    /// <summary>Asserts that a call is refused so.</summary>
    public async Task ByAsync<T>(AsyncUnaryCall<T> call)
    {
        var refusal = await ServedLab.RefusalOfAsync(call);
        Assert.True(
            (Status, Reason, Errno) == (refusal.StatusCode, refusal.Reason, refusal.ErrnoName),
            $"expected {Status} {Reason} {Errno}, got {refusal.StatusCode} {refusal.Reason} {refusal.ErrnoName}: {refusal.Message}");
        Assert.Equal(Errno is null, refusal.Errno is null);
        if (Kernel is null)
            Assert.Null(refusal.KernelText);
        else
            Assert.Contains(Kernel, refusal.KernelText, StringComparison.Ordinal);
    }

    /// <summary>Asserts that a run of mptcpctl ends so: exit code 1, and one line which says what to do.</summary>
    public async Task ByAsync(Task<CommandRun> run) =>
        (await run).Failed(1, new[] { Advice, Errno, Kernel }.OfType<string>());
}
