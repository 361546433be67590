using System.Diagnostics;
using System.Globalization;

namespace Mptcp.Lab;

/// <summary>One of a crowd's programs: <c>tests/Crowd</c>, a process because descriptors are counted per process.</summary>
sealed class CrowdProgram : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    readonly LabProcess _process;
    readonly SemaphoreSlim _turn = new(1);

    CrowdProgram(LabProcess process) => _process = process;

    public int Id => _process.Id;

    public static CrowdProgram Start(LabHost host, params IEnumerable<string> arguments)
    {
        // artifacts/bin/WHOEVER-USES-IT/CONFIGURATION and artifacts/bin/Crowd/CONFIGURATION
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Name;
        var program = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../Crowd", configuration, "Crowd"));
        var start = new ProcessStartInfo(program, arguments);
        start.Environment["DOTNET_EnableDiagnostics"] = "0"; // its pipes in /tmp would outlive a kill
        return new CrowdProgram(host.StartProcess(start));
    }

    /// <summary>Reads one answer.</summary>
    /// <returns>What follows "ok", and the lines before it.</returns>
    /// <exception cref="InvalidOperationException">The answer is another, or the program has ended.</exception>
    public async Task<(string Result, IReadOnlyList<string> Lines)> ReadAnswerAsync()
    {
        var lines = new List<string>();
        using var stop = new CancellationTokenSource(Patience);
        try
        {
            await foreach (var line in _process.Output.ReadAllAsync(stop.Token))
            {
                if (line.StartsWith("- ", StringComparison.Ordinal))
                    lines.Add(line[2..]);
                else if (line == "ok" || line.StartsWith("ok ", StringComparison.Ordinal))
                    return (line[2..].Trim(), lines);
                else
                    throw new InvalidOperationException($"the crowd's program says: {line}");
            }
        }
        catch (OperationCanceledException e)
        {
            throw new TimeoutException($"timed out after {Patience.TotalSeconds} s waiting for an answer of the crowd's program", e);
        }

        var errors = await _process.Errors.ReadAllAsync(CancellationToken.None).ToListAsync(CancellationToken.None);
        throw new InvalidOperationException($"the crowd's program has ended, having written:\n{string.Join('\n', errors)}");
    }

    /// <summary>Gives a command and awaits its answer.</summary>
    /// <inheritdoc cref="ReadAnswerAsync"/>
    public async Task<(string Result, IReadOnlyList<string> Lines)> AskAsync(params IEnumerable<object> command)
    {
        await _turn.WaitAsync();
        try
        {
            await _process.Input.WriteLineAsync(string.Join(' ', command.Select(word => Convert.ToString(word, CultureInfo.InvariantCulture))));
            await _process.Input.FlushAsync();
            return await ReadAnswerAsync();
        }
        finally
        {
            _turn.Release();
        }
    }

    public async Task<IReadOnlyList<CrowdConnection>> ListAsync() => [.. (await AskAsync("list")).Lines.Select(CrowdConnection.Parse)];

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _turn.Dispose();
    }
}
