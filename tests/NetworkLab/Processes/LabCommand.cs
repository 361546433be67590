using System.Diagnostics;

namespace Mptcp.Lab;

/// <summary>Short programs whose output is the result.</summary>
static class LabCommand
{
    public static async Task<string> RunAsync(LabHost host, ProcessStartInfo start, string input, CancellationToken cancellationToken)
    {
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        using var process = await host.RunAsync(() => Process.Start(start) ?? throw new UnreachableException());
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.StandardInput.WriteAsync(input.AsMemory(), cancellationToken);
            process.StandardInput.Close();
            await Task.WhenAll(output, errors);
            await process.WaitForExitAsync(cancellationToken);
            if (process.ExitCode != 0)
            {
                throw new InvalidOperationException(
                    $"{start.FileName} {start.Arguments} on the {host.Name} exited with {process.ExitCode}: {(await errors).Trim()}\n{input}".TrimEnd());
            }

            return await output;
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw;
        }
    }
}
