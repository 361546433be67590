using Microsoft.Extensions.Logging.Abstractions;
using Mptcp.ControlPlane.Server.Policies.ByHand;
using Mptcp.ControlPlane.Server.Policies.Enforcement;
using Mptcp.ControlPlane.Server.Sessions.Election;
using Mptcp.Fuzzing.Engine;

namespace Mptcp.Fuzzing.Harnesses.Server;

/// <summary>
/// The files in the state directory that are about this boot of the host: what was done by hand, which endpoints policies made, and the
/// election ids of controllers.
/// </summary>
internal sealed class JournalHarness() : Harness("journals")
{
    private const string Elections = "elections";

    private static readonly Guid Boot = new("11111111-2222-3333-4444-555555555555");
    private static readonly string Prefix = $"{Boot:N} ";

    public override IReadOnlyList<byte[]> Seeds { get; } = Bytes(
        $"""
        {Prefix}begun
        {Prefix}17 Made 198.18.0.1:1000 198.18.0.2:80 self
        {Prefix}17 Announced [2001:db8::1]:0 - a%20b
        {Prefix}18 Forgotten 198.18.0.1:1000 198.18.0.2:80 self

        """,
        $"""
        {Prefix}self made 1 198.18.0.1:0
        {Prefix}self set 2/0 8/8
        {Prefix}a%2Fb made 255 [2001:db8::1]:80
        {Prefix}self gone 1 198.18.0.1:0
        {Prefix}self restored

        """,
        $"{Prefix}5 user:7 te;\n{Prefix}18446744073709551615 user:0 edge;\n{Prefix}9 us");

    public override IReadOnlyList<byte[]> Words { get; } = Bytes(
        Prefix, $"\n{Prefix}", " Made ", " Ended ", " 77 ", " Made,Ended ", " -1 ", "%", "%zz", "%00", "%C3", " - ", "[::1%1]:5", "::ffff:198.18.0.1", ";",
        "made ", "gone ", "set ", "restored", "4294967295/0", "\r", "\ufeff", "\u2028", "\0");

    public override void Take(byte[] input)
    {
        Twice(HandJournal.FileName, input, directory => HandJournal.Open(directory, Boot, NullLogger.Instance));
        Twice(EndpointJournal.FileName, input, directory => EndpointJournal.Open(directory, Boot, NullLogger.Instance));
        Twice(Elections, input, directory => ElectionMemory.Open(directory, Boot));
    }

    // Who opens a journal writes what still counts. That must read as the same.
    private static void Twice(string name, byte[] input, Func<string, IDisposable> open)
    {
        var directory = ScratchDirectory.With(name, input);
        var file = Path.Combine(directory, name);
        open(directory).Dispose();
        var written = File.ReadAllText(file);
        open(directory).Dispose();
        var again = File.ReadAllText(file);
        BrokenPromiseException.Unless(written == again, $"what is written to {name} reads as the same:\n{written}\n--- and then:\n{again}");
    }
}
