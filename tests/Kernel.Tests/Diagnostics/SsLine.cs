using System.Diagnostics;
using System.Globalization;
using Mptcp.Lab;

namespace Mptcp.Kernel.Tests.Diagnostics;

/// <summary>What iproute2's ss says of one socket.</summary>
/// <param name="Text">The line.</param>
/// <param name="Words">Its words.</param>
sealed record SsLine(string Text, IReadOnlyList<string> Words)
{
    static readonly TimeSpan RunTimeout = TimeSpan.FromSeconds(30);

    public ulong Cookie => ulong.Parse(
        Words.First(word => word.StartsWith("sk:", StringComparison.Ordinal))[3..], NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    /// <summary>Runs ss on a host.</summary>
    public static async Task<IReadOnlyList<SsLine>> ListAsync(LabHost host, params IEnumerable<string> arguments)
    {
        await using var process = host.StartProcess(
            new ProcessStartInfo("ss", ["--no-header", "--oneline", "--numeric", "--extended", "--info", "--memory", .. arguments]));
        var exitCode = await process.WaitForExitAsync(RunTimeout);
        Assert.Equal("", string.Join('\n', await process.Errors.ReadAllAsync().ToListAsync()));
        Assert.Equal(0, exitCode);
        return
        [
            .. (await process.Output.ReadAllAsync().ToListAsync())
                .Where(line => line.Contains("sk:", StringComparison.Ordinal))
                .Select(line => new SsLine(line, line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries))),
        ];
    }

    /// <summary>Asserts that the line has words; a word that is null is not told of such a socket.</summary>
    public void Says(params IEnumerable<string?> words)
    {
        foreach (var word in words.OfType<string>())
            Assert.True(Words.Contains(word), $"{word} is missing from what ss says:\n{Text}");
    }
}
