using Mptcp.Fuzzing.Running;

namespace Mptcp.Fuzzing;

/// <summary>Feeds the decoders of outside bytes with inputs that nobody has thought of.</summary>
internal static class FuzzingProgram
{
    private const int Nothing = 0, Found = 1, BadUsage = 2;

    public static int Main(string[] arguments)
    {
        try
        {
            var options = FuzzOptions.Parse(arguments);
            return options switch
            {
                { Help: true } => Explain(),
                { Replay.Count: > 0 } => Replayer.Run(options) ? Nothing : Found,
                { Child: true } => Child.Run(options) is null ? Nothing : Found,
                _ => new Conductor(options).Run() ? Nothing : Found,
            };
        }
        catch (FormatException exception)
        {
            Console.Error.WriteLine($"fuzz: {exception.Message}");
            return BadUsage;
        }
    }

    private static int Explain()
    {
        Console.WriteLine(FuzzOptions.Usage);
        return Nothing;
    }
}
