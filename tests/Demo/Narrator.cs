using System.Diagnostics;
using System.Globalization;

namespace Mptcp.ControlPlane.Demo;

/// <summary>Tells the story: a numbered line for everything that has come true, and one line for how it ended.</summary>
sealed class Narrator
{
    readonly Lock _lock = new(); // the controller's lines come while the demo tells its own
    readonly long _started = Stopwatch.GetTimestamp();
    string _intention = "starting";
    int _told;

    /// <summary>Notes what is tried next, for the case that it fails.</summary>
    /// <param name="intention">It, to end the sentence "demo failed while …".</param>
    public void Try(string intention)
    {
        lock (_lock)
            _intention = intention;
    }

    /// <summary>Tells of something that is done.</summary>
    public void Tell(string done)
    {
        lock (_lock)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{++_told,2}. {done}"));
    }

    /// <summary>Tells that everything came true.</summary>
    /// <returns>The exit code.</returns>
    public int Pass()
    {
        var seconds = Stopwatch.GetElapsedTime(_started).TotalSeconds;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"demo passed in {seconds:0.0} s"));
        return 0;
    }

    /// <summary>Tells what went wrong and when.</summary>
    /// <returns>The exit code.</returns>
    public int Fail(Exception cause)
    {
        Console.WriteLine($"demo failed while {_intention}: {cause.Message}");
        return 1;
    }

    /// <summary>Tells that somebody ended the demo.</summary>
    /// <returns>The exit code: a shell's for a program that was interrupted.</returns>
    public int Interrupt()
    {
        Console.WriteLine($"demo interrupted while {_intention}");
        return 130;
    }
}
